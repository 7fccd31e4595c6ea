/** Work on text that is in the question: repeat, count, spell, turn round, translate, summarise. */
import { sentencesOf } from '../style.ts';
import { quoted, type Skill } from './skill.ts';

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
  return text === '' || notWords.test(text) ? undefined : literally(text);
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
function material(question: string): string | undefined {
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
    return letter
      ? amount(text.toLowerCase().split(letter.toLowerCase()).length - 1, `letter ${letter}`)
      : amount([...text].length, 'character');
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
  const rest = sentences.length > 2 ? ` It ends with ${quoted(sentences.at(-1) ?? '', 120)}.` : '';
  return {
    text: `The text has ${words} words in ${sentences.length} sentence${sentences.length === 1 ? '' : 's'}. It opens with ${quoted(first, 160)}.${rest}`,
  };
};

const phrases: Record<string, string[]> = {
  French: [
    'bonjour',
    'bonjour',
    'bonsoir',
    'merci',
    's’il vous plaît',
    'au revoir',
    'oui',
    'non',
    'le chat',
    'le chien',
    'eau',
    'monde',
    'comment allez-vous ?',
    'je t’aime',
    'où est la bibliothèque ?',
    'bonjour le monde',
    'bonne nuit',
    'ami',
    'maison',
    'livre',
  ],
  German: [
    'hallo',
    'guten Morgen',
    'guten Abend',
    'danke',
    'bitte',
    'auf Wiedersehen',
    'ja',
    'nein',
    'die Katze',
    'der Hund',
    'Wasser',
    'Welt',
    'wie geht es Ihnen?',
    'ich liebe dich',
    'wo ist die Bibliothek?',
    'hallo Welt',
    'gute Nacht',
    'Freund',
    'Haus',
    'Buch',
  ],
  Spanish: [
    'hola',
    'buenos días',
    'buenas tardes',
    'gracias',
    'por favor',
    'adiós',
    'sí',
    'no',
    'el gato',
    'el perro',
    'agua',
    'mundo',
    '¿cómo está?',
    'te quiero',
    '¿dónde está la biblioteca?',
    'hola mundo',
    'buenas noches',
    'amigo',
    'casa',
    'libro',
  ],
  Italian: [
    'ciao',
    'buongiorno',
    'buonasera',
    'grazie',
    'per favore',
    'arrivederci',
    'sì',
    'no',
    'il gatto',
    'il cane',
    'acqua',
    'mondo',
    'come sta?',
    'ti amo',
    'dov’è la biblioteca?',
    'ciao mondo',
    'buonanotte',
    'amico',
    'casa',
    'libro',
  ],
  Portuguese: [
    'olá',
    'bom dia',
    'boa tarde',
    'obrigado',
    'por favor',
    'adeus',
    'sim',
    'não',
    'o gato',
    'o cão',
    'água',
    'mundo',
    'como está?',
    'amo-te',
    'onde fica a biblioteca?',
    'olá mundo',
    'boa noite',
    'amigo',
    'casa',
    'livro',
  ],
  Dutch: [
    'hallo',
    'goedemorgen',
    'goedenavond',
    'dank je',
    'alsjeblieft',
    'tot ziens',
    'ja',
    'nee',
    'de kat',
    'de hond',
    'water',
    'wereld',
    'hoe gaat het?',
    'ik hou van je',
    'waar is de bibliotheek?',
    'hallo wereld',
    'welterusten',
    'vriend',
    'huis',
    'boek',
  ],
};
const english = [
  'hello',
  'good morning',
  'good evening',
  'thank you',
  'please',
  'goodbye',
  'yes',
  'no',
  'the cat',
  'the dog',
  'water',
  'world',
  'how are you',
  'i love you',
  'where is the library',
  'hello world',
  'good night',
  'friend',
  'house',
  'book',
];

export const translating: Skill = ({ question }, random) => {
  const [, language] =
    /\b(?:in|into|to) (French|German|Spanish|Italian|Portuguese|Dutch)\b/i.exec(question) ?? [];
  if (!language || !/\btranslat|\bhow (?:do|would) (?:you|i|we) say\b|\bwhat is\b.*\bin\b/i.test(question))
    return undefined;
  const target = `${language.charAt(0).toUpperCase()}${language.slice(1).toLowerCase()}`;
  const asked = (
    material(question) ??
    /\b(?:translate|say) (?:the (?:word|phrase|sentence) )?(.+?) (?:in|into|to) /i.exec(question)?.[1] ??
    ''
  ).trim();
  const plain = asked
    .toLowerCase()
    .replace(/[^\p{L}\s]/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
  const index = english.findIndex((phrase) => phrase === plain || phrase === `the ${plain}`);
  const found = phrases[target]?.[index];
  if (!found) {
    return {
      text: `My phrase book is a small one, and ${quoted(asked || question)} is not in its ${target} column. Try “good morning”, “thank you” or “where is the library”.`,
    };
  }
  return {
    text: random.pick([
      `In ${target}, ${quoted(asked)} is “${found}”.`,
      `${quoted(asked)} is “${found}” in ${target}.`,
    ]),
    key: found,
  };
};
