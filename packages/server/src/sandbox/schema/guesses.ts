/** Sensible values by the name of a property: from the prompt where it says something fitting, else from a small stock. */
import { capitals, countryOf } from '../capitals.ts';
import type { Random } from '../random.ts';
import type { Mentions } from './mentions.ts';

type Source = (mentions: Mentions) => readonly (string | undefined)[];
const none: Source = () => [];

const people = [
  'Ada Lovelace',
  'Grace Hopper',
  'Alan Turing',
  'Radia Perlman',
  'Edsger Dijkstra',
  'Katherine Johnson',
];
const places = ['Lisbon', 'Kyoto', 'Nairobi', 'Oslo', 'Montréal', 'Wellington', 'Valparaíso', 'Tallinn'];
const sentences = [
  'A short and honest line of sample text.',
  'This value was made up to fit the schema.',
  'It follows from what was asked, one step at a time.',
  'Nothing here is real, but all of it is well formed.',
  'The sandbox wrote this so that you can see the shape.',
];
const delights = [
  'The view from the old bridge',
  'A walk along the harbour',
  'Fresh bread in the morning',
  'A small museum of clocks',
  'Music in the evening',
  'Friendly people',
  'The market by the river',
];
const explanations = [
  'Start from what is given and write it down.',
  'Bring the terms together on one side.',
  'Simplify until nothing more can be taken away.',
  'Check the result against the question.',
];

/** Property name (words in lower case), what the prompt may hold for it, and a stock. The first row that matches counts. */
const strings: [RegExp, Source, readonly string[]][] = [
  [/\be ?mail\b/, ({ emails }) => emails, ['ada@example.com', 'grace@example.org']],
  [/\b(url|uri|link|website|homepage)\b/, ({ urls }) => urls, ['https://www.example.com/guide']],
  [
    /\b(from|origin|departure|source) ?(city|airport|place|location)?$/,
    ({ text, places }) => [after(text, 'from'), ...places],
    places,
  ],
  [
    /\b(to|destination|arrival|target) ?(city|airport|place|location)?$/,
    ({ text, places }) => [after(text, 'to'), ...places.slice().reverse()],
    places,
  ],
  [
    /\b(city|cities|town|location|place|destination|venue|where)\b/,
    ({ places, people }) => [...places, ...people].map((name) => capitals[name] ?? name),
    places,
  ],
  [
    /\bcountr(y|ies)\b/,
    ({ places, people }) => [...places, ...people].map(countryOf),
    ['Portugal', 'Japan', 'Kenya', 'Norway', 'Canada', 'Chile'],
  ],
  [/\b(date|day|when|deadline|due)\b/, ({ dates }) => dates, ['2026-03-14', '2026-05-09', '2026-09-21']],
  [/\b(time|hour)\b/, ({ times }) => times, ['09:30', '14:00', '18:45']],
  [
    /\bfirst name\b|\bgiven name\b/,
    ({ people }) => people.map((name) => name.split(' ')[0]),
    ['Ada', 'Grace', 'Alan'],
  ],
  [
    /\b(last|family|sur) ?name\b/,
    ({ people }) => people.map((name) => name.split(' ')[1]),
    ['Lovelace', 'Hopper', 'Turing'],
  ],
  [
    /\b(event|meeting) ?(name|title)?\b/,
    ({ quotes, things }) => [...quotes, ...things],
    ['Science fair', 'Planning meeting'],
  ],
  [
    /\b(people|person|participants?|attendees?|guests?|members?|authors?|customers?|users?|contacts?|passengers?|recipients?|employees?|full name|owner|assignee|friend)\b/,
    ({ people }) => people,
    people,
  ],
  [
    /\b(file|path)\b/,
    ({ text }) => [/[\w./-]+\.\w{1,5}\b/.exec(text)?.[0]],
    ['notes.txt', 'src/index.ts', 'report.pdf'],
  ],
  [
    /\b(expression|formula|equation)\b/,
    ({ text }) => [/[-(]*\d[\d\s.+\-*/^()x=]*\d\)*/.exec(text)?.[0].trim()],
    ['2 + 2'],
  ],
  [
    /\b(query|question|prompt|input|search|keywords?|q)\b/,
    ({ quotes, text }) => [...quotes, text.trim()],
    ['sandbox'],
  ],
  [
    /\b(explanations?|reasons?|reasoning|rationale|steps?|instructions?|thoughts?|directions?)\b/,
    none,
    explanations,
  ],
  [/\b(code|snippet|script|program)\b/, none, ["console.log('Hello, world!');"]],
  [
    /\b(description|summary|abstract|bio|content|body|text|message|comment|details|notes?|overview)\b/,
    ({ quotes }) => quotes,
    sentences,
  ],
  [
    /\b(title|subject|headline|heading|topic|theme)\b/,
    ({ quotes, things }) => [...quotes, ...things.map(capital)],
    ['A field guide to sand', 'The quiet wire', 'Notes on order'],
  ],
  [/\bcolou?rs?\b/, none, ['teal', 'amber', 'crimson', 'indigo', 'olive']],
  [/\bcurrency\b/, ({ text }) => [/\b(USD|EUR|GBP|JPY|CHF)\b/.exec(text)?.[0]], ['EUR', 'USD', 'GBP']],
  [
    /\bunits?\b/,
    ({ text }) => [/\b(celsius|fahrenheit|kelvin|metric|imperial|km|miles|kg|pounds)\b/i.exec(text)?.[0]],
    ['celsius', 'metric'],
  ],
  [
    /\b(target |source )?lang(uage)?s?\b/,
    ({ text }) => [/\b(English|French|German|Spanish|Italian|Portuguese|Dutch|Japanese)\b/i.exec(text)?.[0]],
    ['English', 'French', 'Spanish'],
  ],
  [
    /\b(company|organi[sz]ation|employer|brand|manufacturer)\b/,
    ({ people }) => people,
    ['Sandbox & Sons', 'Northwind', 'Dune Works'],
  ],
  [/\b(job|occupation|profession|role|position)\b/, none, ['engineer', 'librarian', 'gardener', 'teacher']],
  [
    /\b(phone|mobile|tel)\b/,
    ({ text }) => [/\+?\d[\d ()-]{6,}\d/.exec(text)?.[0]],
    ['+1 555 0100', '+44 20 7946 0000'],
  ],
  [/\b(street|address)\b/, none, ['12 Harbour Lane', '4 Mill Road', '221 Sandbank Street']],
  [/\b(zip|postal|postcode)\b/, none, ['10115', '1000-205', '90210']],
  [
    /\b(product|item|dish|ingredients?|goods)\b/,
    ({ quotes, things }) => [...quotes, ...things],
    ['lantern', 'notebook', 'kettle', 'flour', 'lemon'],
  ],
  [
    /\b(genre|category|categories|tags?|labels?|kind|type)\b/,
    none,
    ['sample', 'adventure', 'history', 'travel'],
  ],
  [/\b(status|state)\b/, none, ['open', 'ready', 'done']],
  [
    /\b(ids?|key|code|sku|ref|reference|identifier|number)\b/,
    ({ text }) => [/\b[A-Z]{1,5}-?\d{2,}\b|#\d+\b/.exec(text)?.[0]],
    ['A-1042', 'B-2719', 'C-0331'],
  ],
  [/\bsentiment|mood|tone\b/, ({ text }) => [sentimentOf(text)], ['neutral']],
  [/\bnames?\b/, ({ quotes, people, things }) => [...quotes, ...people, ...things], people],
];

/** Candidates for a string, best first. */
export function stringGuesses(name: string, mentions: Mentions, random: Random): string[] {
  const words = wordsOf(name);
  const row = strings.find(([pattern]) => pattern.test(words));
  if (!row) return [...mentions.quotes, ...random.shuffled(words ? delights : sentences)];
  return [
    ...row[1](mentions).filter((value) => value !== undefined && value !== ''),
    ...random.shuffled(row[2]),
  ] as string[];
}

/** What the prompt holds of a format, whatever the property is called. */
export function formatGuesses(formats: readonly unknown[], mentions: Mentions): readonly string[] {
  if (formats.includes('email')) return mentions.emails;
  if (formats.includes('uri') || formats.includes('url')) return mentions.urls;
  return formats.includes('date') ? mentions.dates : [];
}

/** Whether a property of this name is usually a number. */
export const isNumeric = (name: string): boolean => numbers.some(([pattern]) => pattern.test(wordsOf(name)));

/** Whether the items of a list called `name` are people, of whom the prompt may name several. */
export const isPeople = (name: string): boolean =>
  /\b(people|persons|participants|attendees|guests|members|passengers|recipients|names)\b/.test(
    wordsOf(name),
  );

/** Property name, least, most, and the digits kept after the point; below 0, zeros before it. */
const numbers: [RegExp, number, number, number][] = [
  [/\b(confidence|probability|likelihood|score|relevance|weight|ratio|fraction)\b/, 0.5, 0.99, 2],
  [/\b(latitude|lat)\b/, -60, 60, 4],
  [/\b(longitude|lng|lon|long)\b/, -150, 150, 4],
  [/\b(temperature|temp|degrees)\b/, 5, 30, 1],
  [/\b(price|cost|fee)\b/, 5, 200, 0],
  [/\b(amount|total|subtotal|balance|budget)\b/, 50, 2000, -1],
  [/\b(salary|income|wage)\b/, 30_000, 90_000, -3],
  [/\b(percent|percentage|humidity)\b/, 1, 99, 0],
  [/\byear\b/, 1990, 2026, 0],
  [/\bmonth\b/, 1, 12, 0],
  [/\bday\b/, 1, 28, 0],
  [/\bhour\b/, 0, 23, 0],
  [/\bage\b/, 18, 80, 0],
  [/\b(rating|stars)\b/, 3, 5, 0],
  [/\b(minutes?|duration|length)\b/, 5, 90, 0],
  [/\b(count|quantity|qty|servings|people|guests|nights|days|limit|size|n)\b/, 1, 6, 0],
];

/** Candidates for a number, best first: what stands next to the property's name in the prompt, then what is usual. */
export function numberGuesses(name: string, mentions: Mentions, used: Set<string>, random: Random): number[] {
  const words = wordsOf(name);
  const row = numbers.find(([pattern]) => pattern.test(words));
  const stem = words.split(' ').at(-1)?.replace(/s$/, '') ?? '';
  const beside = stem.length > 2 ? numberBeside(mentions.text, stem) : undefined;
  const made = row ? rounded(row[1] + (row[2] - row[1]) * random.next(), row[3]) : random.integer(1, 100);
  const isMeasured = row !== undefined && numbers.indexOf(row) < 4;
  const next = mentions.numbers.find((number, index) => !used.has(`${index}:${number}`));
  const free = isMeasured || next === undefined ? [] : [next];
  return [...(beside === undefined ? [] : [beside]), ...free, made];
}

function rounded(value: number, digits: number): number {
  const unit = 10 ** -digits;
  return digits > 0 ? Number(value.toFixed(digits)) : Math.round(value / unit) * unit;
}

function numberBeside(text: string, stem: string): number | undefined {
  const safe = stem.replace(/[^a-z0-9]/g, '');
  const found =
    safe &&
    new RegExp(`(-?\\d+(?:\\.\\d+)?)[ -]${safe}|${safe}s?\\b[^\\d\\n.]{0,12}(-?\\d+(?:\\.\\d+)?)`, 'i').exec(
      text,
    );
  return found ? Number(found[1] ?? found[2]) : undefined;
}

/** The entry of `values` that the prompt speaks of; sentiment is read from its tone. */
export function mentionedValue(values: readonly unknown[], mentions: Mentions): unknown {
  const text = ` ${mentions.text.toLowerCase()} `;
  const named = values.find((value) => {
    if (typeof value !== 'string' || value.length < 2) return false;
    const at = text.indexOf(value.toLowerCase().replace(/_/g, ' '));
    return at > 0 && !/\w/.test(text[at - 1] as string) && !/\w/.test(text[at + value.length] ?? ' ');
  });
  return (
    named ??
    values.find((value) => typeof value === 'string' && value.toLowerCase() === sentimentOf(mentions.text))
  );
}

function sentimentOf(text: string): string {
  if (/\b(love|great|excellent|wonderful|amazing|happy|good|best|fantastic)\b/i.test(text)) return 'positive';
  return /\b(hate|terrible|awful|bad|worst|angry|broken|disappoint\w*)\b/i.test(text)
    ? 'negative'
    : 'neutral';
}

/** `final answer` of `final_answer`, `finalAnswer` and `final-answer`. */
export const wordsOf = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[^A-Za-z0-9]+/g, ' ')
    .trim()
    .toLowerCase();

const after = (text: string, word: string): string | undefined =>
  new RegExp(`\\b${word} ([\\p{Lu}][\\p{L}'’-]+(?: [\\p{Lu}][\\p{L}'’-]+)*)`, 'u').exec(text)?.[1];
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
