/** Work on text that is in the question: repeat, count, spell, turn round, summarise. */
import { sentencesOf } from '../style.ts';
import { quotedLast, type Skill } from './skill.ts';

const numbers = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');

/** 3 of `3` and of `three`. */
export function readNumber(word: string | undefined): number | undefined {
  if (word === undefined) return undefined;
  if (/^\d+$/.test(word)) return Number(word);
  const index = numbers.indexOf(word.toLowerCase());
  return index < 0 ? undefined : index;
}

const unquoted = (text: string): string => text.replace(/^["'“”‘’`]([\s\S]*)["'“”‘’`][.!]?$/, '$1');

const repeatWanted =
  /^\s*(?:please )?(?:say|repeat(?: after me)?|echo|(?:reply|respond|answer)(?: only)? with(?: exactly| only)?(?: the words?)?)(?: exactly)?\s{0,9}:?\s/i;
/** Whether what follows is to be said as it stands, whatever it is. */
const isLiteral = (asked: string, what: string): boolean =>
  /:|exactly|after me|words?/i.test(asked) || /^["'“‘`]/.test(what);
/** After `say` and the like, what to say something about. */
const notWords = /^(?:something|anything|an? |one |some |the following joke)/i;

/** Says again what it is told to, however long that is. */
export const repeating: Skill = ({ question, whole }) => {
  const [asked] = repeatWanted.exec(question) ?? [];
  if (asked === undefined) return undefined;
  const all = whole.slice(whole.indexOf(asked.trimStart()) + asked.trimStart().length).trim();
  const what =
    all.length > 4000
      ? all
      : all.replace(/,? (?:and )?nothing else[.!]?$/i, '').replace(/ please[.!]?$/i, '');
  const text = unquoted(what);
  return text === '' || (notWords.test(text) && !isLiteral(asked, what)) ? undefined : literally(text);
};

export const counting: Skill = ({ question }) => {
  const [, from, to] = /\bcount (?:from (\w+) )?(?:up |down )?to (\w+)/i.exec(question) ?? [];
  const [start, end] = [readNumber(from) ?? 1, readNumber(to)];
  if (end === undefined || Math.abs(end - start) > 10_000) return undefined;
  const step = end < start ? -1 : 1;
  const numbers = Array.from({ length: Math.abs(end - start) + 1 }, (_, index) => start + index * step);
  return { text: numbers.join(', '), key: String(end), verbatim: true };
};

/** The last quotation of a question, or what follows its first colon or its first line. */
export function material(question: string): string | undefined {
  const quotes = [...question.matchAll(/["“”`]([^"“”`]+)["“”`]|'([^'\n]{2,200})'/g)].at(-1);
  const [lead] = /^[^:\n]{3,}[:\n]\s*/.exec(question) ?? [];
  return (
    quotes?.[1] ?? quotes?.[2] ?? (lead === undefined ? undefined : question.slice(lead.length) || undefined)
  );
}

export const spelling: Skill = ({ question }) => {
  const text = material(question) ?? /\b(?:word|spell|reverse) (\w+)\W*$/i.exec(question)?.[1];
  if (!text) return undefined;
  if (/\bbackwards?\b|\brevers/i.test(question)) return literally([...text].reverse().join(''));
  if (/\bupper ?case\b|\bcapitals\b/i.test(question)) return literally(text.toUpperCase());
  if (/\blower ?case\b/i.test(question)) return literally(text.toLowerCase());
  if (/\bspell\b/i.test(question)) return literally([...text].join('-').toUpperCase());
  if (/\bhow many words\b|\bcount the words\b/i.test(question))
    return amount(text.split(/\s+/).filter(Boolean).length, 'word');
  if (/\bhow many (letters?|characters|\W?[a-z]\W?s?) /i.test(question)) {
    const [, letter] =
      /\b(?:letter )?['"]?([a-z])['"]?(?:'?s)? (?:letters )?(?:are )?(?:there )?in\b/i.exec(question) ?? [];
    if (!letter) return amount([...text].length, 'character');
    const times = text.toLowerCase().split(letter.toLowerCase()).length - 1;
    return {
      text: `The letter ${letter} comes up ${times} time${times === 1 ? '' : 's'} in ${quotedLast(text)}`,
      key: String(times),
    };
  }
  return undefined;
};

const literally = (text: string): { text: string; key: string; verbatim: true } => ({
  text,
  key: text,
  verbatim: true,
});
const amount = (count: number, of: string): { text: string; key: string } => ({
  text: `I count ${count} ${of}${count === 1 ? '' : 's'}.`,
  key: String(count),
});

export const summarising: Skill = ({ question }) => {
  if (!/\b(summari[sz]e|summary of|tl;?dr|sum up)\b/i.test(question)) return undefined;
  const text = material(question);
  if (!text || text.length < 40) return undefined;
  const sentences = sentencesOf(text);
  const words = text.split(/\s+/).length;
  const first = sentences[0] ?? text;
  const rest = sentences.length > 2 ? ` It ends with ${quotedLast(sentences.at(-1) ?? '', 120)}` : '';
  return {
    text: `The text has ${words} words in ${sentences.length} sentence${sentences.length === 1 ? '' : 's'}. It opens with ${quotedLast(first, 160)}${rest}`,
  };
};
