/** How an answer should sound, as the instructions and the question ask for it, and an answer made to sound so. */
import type { Prompt } from './prompt.ts';
import type { Random } from './random.ts';

export type Length = 'word' | 'sentence' | 'short' | 'normal' | 'long';

export interface Style {
  length: Length;
  /** How many sentences were asked for, from two. */
  sentences: number | undefined;
  /** English name of a language the sandbox has phrases in, or of another it was asked for. */
  language: string;
  manner: string | undefined;
  shape: 'bullets' | undefined;
  loud: boolean;
}

/** What a skill has to say: the sentences, and the answer alone where there is one. */
export interface Answer {
  text: string;
  /** The answer in as few words as it can be: `42`, `Paris`. */
  key?: string | undefined;
  /** Text that must stay as it is: code, a repetition. */
  verbatim?: boolean | undefined;
}

const lengths: [RegExp, Length][] = [
  [
    /\b(one|single|1)[- ]word\b|\bjust the (word|number|name|answer)\b|\bonly (the|a) (word|number|name|answer)\b/i,
    'word',
  ],
  [/\b(one|single|1)[- ]sentence\b/i, 'sentence'],
  [/\b(brief(ly)?|short(ly)?|concise(ly)?|terse(ly)?|succinct(ly)?|keep it short|tl;?dr)\b/i, 'short'],
  [/\b(in detail|detailed|at length|thorough(ly)?|elaborate|verbose)\b/i, 'long'],
];

const manners: [RegExp, string][] = [
  [/\bpirate/i, 'pirate'],
  [/\b(formal(ly)?|polite(ly)?|professional)\b/i, 'formal'],
  [/\b(cheerful|enthusiastic|friendly|excited)\b/i, 'cheerful'],
  [/\b(shakespear\w*|old english|bard)\b/i, 'shakespeare'],
];

const languages =
  'English French German Spanish Italian Portuguese Dutch Polish Swedish Japanese Chinese Korean Russian Turkish Arabic'.split(
    ' ',
  );
const names = languages.join('|');
/** In an instruction a language is enough; in a question it must be clear that the answer is meant. */
const instructed = new RegExp(`\\b(?:in|speak|use) (?:only )?(${names})\\b`, 'i');
const asked = new RegExp(`\\b(?:answer|reply|respond|speak|explain)\\b[^.?!]{0,60}\\bin (${names})\\b`, 'i');

export function readStyle({ instructions, question }: Prompt, verbosity?: string | null): Style {
  const wishes = `${instructions}\n${question}`;
  const found = <T>(table: [RegExp, T][]): T | undefined =>
    table.find(([pattern]) => pattern.test(wishes))?.[1];
  const language = instructed.exec(instructions)?.[1] ?? asked.exec(question)?.[1];
  return {
    length: found(lengths) ?? (verbosity === 'low' ? 'short' : verbosity === 'high' ? 'long' : 'normal'),
    sentences: readCount(wishes),
    language: language ? language.charAt(0).toUpperCase() + language.slice(1).toLowerCase() : 'English',
    manner: found(manners),
    shape: /\bbullet(ed|s| points?| list)?\b/i.test(wishes) ? 'bullets' : undefined,
    loud: /\b(in (all )?(caps|capitals|upper ?case)|shout)\b/i.test(wishes),
  };
}

const counts = 'two three four five six seven eight nine ten'.split(' ');

function readCount(wishes: string): number | undefined {
  const [, word = ''] = new RegExp(`\\b(\\d{1,2}|${counts.join('|')}) sentences\\b`, 'i').exec(wishes) ?? [];
  const count = Number(word) || counts.indexOf(word.toLowerCase()) + 2;
  return count >= 2 ? count : undefined;
}

const dressed: Record<string, (text: string, random: Random) => string> = {
  pirate: (text, random) =>
    `${random.pick(['Arr', 'Ahoy', 'Avast'])}! ${text
      .replace(/\bmy\b/g, 'me')
      .replace(/\byou\b/g, 'ye')
      .replace(/\byour\b/g, 'yer')
      .replace(/\bis\b/g, 'be')} ${random.pick(['Fair winds, matey.', 'Now hoist the sails!', 'Yo ho!'])}`,
  formal: (text, random) =>
    `${random.pick(['Thank you for your message.', 'Thank you for reaching out.'])} ${text} ${random.pick([
      'Please let me know if anything else is required.',
      'I remain at your disposal.',
    ])}`,
  cheerful: (text, random) => `${random.pick(['What fun!', 'Great to hear from you!', 'Happily!'])} ${text}`,
  shakespeare: (text, random) =>
    `${random.pick(['Hark!', 'Prithee, attend.', 'Good morrow.'])} ${text
      .replace(/\byou\b/g, 'thou')
      .replace(/\byour\b/g, 'thy')
      .replace(/\bis\b/g, 'doth be')}`,
};

/** How a short answer is introduced in the languages the sandbox has phrases in. */
const labels: Record<string, string> = {
  French: 'Voici la réponse :',
  German: 'Die Antwort ist',
  Spanish: 'La respuesta es',
  Italian: 'La risposta è',
  Portuguese: 'A resposta é',
  Dutch: 'Het antwoord is',
};

/** The answer in the length, shape and manner of a style. */
export function dress(answer: Answer, style: Style, random: Random): string {
  if (answer.verbatim) return style.loud ? answer.text.toUpperCase() : answer.text;
  const inWords = labels[style.language];
  let text = inWords && answer.key !== undefined ? `${inWords} ${answer.key}.` : answer.text;
  if (style.length === 'word') text = oneWord(answer);
  else {
    const keep = style.sentences ?? { sentence: 1, short: 2, normal: Infinity, long: Infinity }[style.length];
    if (keep !== Infinity) text = sentencesOf(text).slice(0, keep).join(' ');
    if (style.shape === 'bullets' && !/^(-|\d+\.) /m.test(text)) {
      text = sentencesOf(text)
        .map((sentence) => `- ${sentence}`)
        .join('\n');
    } else if (style.manner && style.length !== 'sentence')
      text = dressed[style.manner]?.(text, random) ?? text;
  }
  return style.loud ? text.toUpperCase() : text;
}

function oneWord({ key, text }: Answer): string {
  const words = (key ?? text.replace(/[“”"][^“”"]*[“”"]/g, '')).match(
    /[\p{L}\p{N}.,°$€%-]*[\p{L}\p{N}%]/gu,
  ) ?? ['Yes'];
  const wanted = key !== undefined ? words[0] : (words.find((word) => word.length > 4) ?? words[0]);
  const word = wanted ?? 'Yes';
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}

export function sentencesOf(text: string): string[] {
  return (
    text
      .match(/[^.!?\n]*(?:[.!?](?!\s|$)[^.!?\n]*)*[.!?”"]*(?:\n+|\s+|$)/g)
      ?.map((part) => part.trim())
      .filter(Boolean) ?? [text]
  );
}
