/** Lists, poems, stories and letters on a topic of the question. */
import type { Random } from '../random.ts';
import { type Skill, topicOf } from './skill.ts';
import { readNumber } from './text.ts';

const lists: Record<string, string[]> = {
  colour: ['teal', 'amber', 'crimson', 'indigo', 'olive', 'coral', 'slate', 'ivory', 'plum', 'ochre'],
  fruit: ['apple', 'mango', 'fig', 'pear', 'cherry', 'papaya', 'quince', 'plum', 'kiwi', 'apricot'],
  animal: ['otter', 'heron', 'lynx', 'tortoise', 'badger', 'falcon', 'dolphin', 'hare', 'gecko', 'yak'],
  city: [
    'Lisbon',
    'Kyoto',
    'Nairobi',
    'Montréal',
    'Oslo',
    'Valparaíso',
    'Hanoi',
    'Tallinn',
    'Accra',
    'Wellington',
  ],
  country: ['Portugal', 'Japan', 'Kenya', 'Canada', 'Norway', 'Chile', 'Vietnam', 'Estonia', 'Ghana', 'Peru'],
  name: ['Ada', 'Grace', 'Edsger', 'Barbara', 'Alan', 'Radia', 'Donald', 'Katherine', 'Dennis', 'Frances'],
  language: ['Python', 'TypeScript', 'Rust', 'Go', 'Elixir', 'Haskell', 'Swift', 'Ruby', 'Kotlin', 'OCaml'],
  planet: ['Mercury', 'Venus', 'Earth', 'Mars', 'Jupiter', 'Saturn', 'Uranus', 'Neptune'],
  vegetable: [
    'carrot',
    'leek',
    'beetroot',
    'spinach',
    'fennel',
    'kale',
    'parsnip',
    'radish',
    'pumpkin',
    'celery',
  ],
  book: ['Middlemarch', 'Moby-Dick', 'Beloved', 'Emma', 'Ulysses', 'Frankenstein', 'Walden', 'Candide'],
};

const advice = [
  'Start with the smallest version of TOPIC that could work',
  'Write down what you expect of TOPIC before you begin',
  'Ask somebody who has lived with TOPIC for a year',
  'Set aside one quiet hour a week for TOPIC',
  'Measure TOPIC once, change one thing, and measure again',
  'Keep the notes you take on TOPIC where others can find them',
  'Look for the part of TOPIC that nobody would miss',
  'Try TOPIC with a friend before you try it with a crowd',
  'Decide early what would make you give up on TOPIC',
  'Celebrate the first time TOPIC surprises you',
];

const listWanted =
  /\b(?:list|name|give|tell|suggest|recommend|show|write|brainstorm|what are)\b(?: me| us)?(?: (?:the|of|some|a|any))*(?: (?:list of|few|top|best|good))*(?: (\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|twelve))?(?: (?:\w+ ){0,2}?)(ideas|tips|ways|steps|reasons|things|examples|names|colou?rs|fruits?|animals|cities|countries|languages|planets|vegetables|books|items|words|suggestions|points|facts|benefits|advantages)\b/i;

export const listing: Skill = ({ question }, random) => {
  const [, number, kind] = listWanted.exec(question) ?? [];
  if (!kind) return undefined;
  const count = Math.min(Math.max(readNumber(number) ?? random.integer(3, 5), 1), 10);
  const singular = kind.toLowerCase().replace(/ies$/, 'y').replace(/s$/, '').replace('color', 'colour');
  const names = lists[singular];
  const topic =
    topicOf(question.slice(question.toLowerCase().indexOf(kind.toLowerCase()) + kind.length), 4) || singular;
  const items = names
    ? random.shuffled(names).slice(0, count)
    : random
        .shuffled(advice)
        .slice(0, count)
        .map((line) => `${line.replace('TOPIC', topic)}.`);
  return {
    text: items.map((item, index) => `${index + 1}. ${item}`).join('\n'),
    key: items[0]?.replace(/\.$/, ''),
  };
};

const haikus: ((topic: string) => string)[] = [
  (topic) => `Word by word it comes,\n${topic}, one piece at a time.\nThe last piece says: stop.`,
  (topic) => `Quiet morning wire.\nA question about ${topic}\nfinds its way back home.`,
  (topic) => `No clouds and no key:\nin the sandbox, ${topic}\nis built out of grains.`,
];

const poems: ((topic: string) => string)[] = [
  (topic) =>
    `I went to look for ${topic}\nwhere sentences are made;\nthe words were standing in a row\nand quietly obeyed.\n\nThey came to me in pieces,\nbut every piece was sound,\nand when I had the last of them\nwas ${topic} what I found.`,
  (topic) =>
    `O ${topic}, you ask for rhyme,\nand I have only rules;\nbut rules can keep a little time,\nand sand makes decent jewels.`,
];

const stories: ((topic: string, name: string) => string)[] = [
  (topic, name) =>
    `${name} had promised to be home before dark, but there was still the matter of ${topic}. So ${name} took the long way round, past the mill and over the hill, asking everyone. Nobody knew. In the end the answer was in the first place, under the lamp by the door, where it had waited all day.`,
  (topic, name) =>
    `Nobody in the village believed in ${topic} until ${name} came back with proof. It was small enough to fit in a pocket and heavy enough to stop a clock. “Keep it,” said the mayor, “and tell us how it ends.” ${name} is still telling them.`,
];

const letter = (topic: string, random: Random): string =>
  `Subject: ${topic.charAt(0).toUpperCase()}${topic.slice(1)}\n\nHello,\n\n${random.pick(['I am writing about', 'A short note on', 'May I come back to'])} ${topic}. ${random.pick(['Could we find half an hour this week?', 'Tell me what you need from me, and by when.'])}\n\nBest wishes,\nThe sandbox`;

const named = ['Ada', 'Tomás', 'Mei', 'Ingrid', 'Kofi'];

const forms: [RegExp, (topic: string, random: Random) => string][] = [
  [/\bhaiku\b/i, (topic, random) => random.pick(haikus)(topic)],
  [/\b(poem|verse|rhyme|limerick|sonnet|song|lyrics|ode)\b/i, (topic, random) => random.pick(poems)(topic)],
  [/\b(story|tale|fable)\b/i, (topic, random) => random.pick(stories)(topic, random.pick(named))],
  [/\b(e-?mail|letter|memo)\b/i, letter],
];

export const writing: Skill = ({ question }, random) => {
  if (!/\b(write|compose|tell|create|draft|make|give|poem|haiku)\b/i.test(question)) return undefined;
  const form = forms.find(([pattern]) => pattern.test(question));
  if (!form) return undefined;
  const about = /\b(?:about|on|for|regarding|of) (.+)/i.exec(question)?.[1];
  const topic = (about && topicOf(about, 5)) || 'the sea';
  return { text: form[1](topic, random), verbatim: true };
};
