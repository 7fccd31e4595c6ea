/** What to say when no skill knows better: something true about the question, in varied words. */
import type { Random } from '../random.ts';
import { quoted, type Skill, topicOf } from './skill.ts';
import { type Kind, subjectOf } from './subject.ts';

/** A sentence; `phrase` fits into it as it is, `topic` and `asked` are quotations. */
type Say = (words: { phrase: string; topic: string; asked: string }) => string;

const openings: Record<Kind, readonly Say[]> = {
  task: [
    ({ phrase }) =>
      `To ${phrase}, first say what done looks like; then work backwards from there, one step at a time.`,
    ({ phrase }) =>
      `You can ${phrase} in three moves: try the smallest version, look at what happened, and only then do the rest.`,
    ({ phrase }) =>
      `Whoever wants to ${phrase} does well to start with a case so simple that it cannot fail.`,
  ],
  thing: [
    ({ phrase }) =>
      `In one line, ${phrase}: what remains when you take away everything that is something else.`,
    ({ phrase }) =>
      `People mean different things by ${phrase}, so it pays to say which one you have in mind.`,
    ({ phrase }) =>
      `The shortest way into ${phrase} is an example, and the second shortest is a counterexample.`,
  ],
  person: [
    ({ phrase }) => `I know very few people, and I have not had the pleasure of meeting ${phrase}.`,
    ({ phrase }) => `My address book ends before ${phrase}, I am afraid.`,
  ],
  why: [
    () => 'There is usually more than one reason, and the first one people name is rarely the strongest.',
    () => 'That question has a short answer and a long one, and the long one begins with what came before.',
  ],
  how: [
    ({ topic }) => `Like most things, ${topic} comes down to a few parts and the order in which they act.`,
    () => 'Step by step, and mostly in the step that nobody writes down.',
    ({ topic }) =>
      `The short account of ${topic} is that one thing pushes, another gives way, and a third keeps the books.`,
    () => 'More simply than it looks from outside, and less simply than it looks on paper.',
  ],
  when: [
    () => 'I carry no calendar, so I cannot give you a date; a tool that knows one would help.',
    () => 'Later than planned, if it is like most things; but I have no clock to check.',
  ],
  where: [
    () => 'My map has a few capitals on it and a wide margin, and this lies in the margin.',
    () => 'Somewhere past the edge of my paper; ask me for a capital and I do better.',
  ],
  which: [
    () => 'Take the one you could still explain to somebody next year.',
    () => 'Between candidates that look alike, the one that is easier to undo is the better one.',
  ],
  what: [
    ({ topic }) => `On ${topic} I have no knowledge of my own, only good manners.`,
    ({ asked }) => `${asked} is a fair question, and a better one once you say what the answer is for.`,
  ],
  yesno: [
    () => 'Perhaps: the honest answer depends on what you would do with it.',
    () => 'I would not bet on it either way; better minds than a sandbox have been wrong about that.',
    () => 'Yes, as long as nobody asks for the details.',
  ],
  opinion: [
    ({ phrase }) => `So ${phrase}. What makes you say so?`,
    ({ phrase }) => `I hear that ${phrase}, and I will not argue.`,
  ],
  statement: [
    ({ asked }) => `You wrote ${asked}, and I have read it with care.`,
    ({ topic }) => `Noted: ${topic}. Tell me what you would like done with it.`,
    ({ topic }) => `So this is about ${topic}, and I am listening.`,
  ],
};

const middles: readonly Say[] = [
  ({ topic }) =>
    `A real model would now go deeper into ${topic}; my part is to arrive in the same shape and order.`,
  ({ topic }) => `I can turn ${topic} into a list, a poem, a function call or a JSON object, if that helps.`,
  () => 'Ask again with another seed, and I will put it in other words.',
  ({ asked }) => `I answer ${asked} by rule and not by knowledge, so take this for its form.`,
];

const longer: readonly Say[] = [
  () =>
    'It may help to look from the other side: what would have to be true for the question not to come up?',
  () => 'Every sentence here reaches you token by token, cut where a real tokenizer cuts.',
  ({ topic }) => `Write down what you already know about ${topic}, and mark what you only believe.`,
  () =>
    'If you change a single word of your question, my answer may change too; if you change none, it will not.',
];

/** How long the answer should be is not what it should be about. */
const lengthWish = /(?:, *|\b)(?:please )?(?:answer |reply |respond )?in [a-z\d]{1,5} sentences?\b[.!]?/i;

/** Always answers. */
export const conversation: Skill = (prompt, random, { length, sentences }) => {
  const { earlier } = prompt;
  const question = prompt.question.replace(lengthWish, '').trim() || prompt.question;
  if (!question) return { text: 'You have not said anything yet. I am here when you do.', key: 'Listening' };
  const { kind, phrase } = subjectOf(question);
  const words = { phrase, topic: quoted(topicOf(question) || question), asked: quoted(question) };
  const parts = [random.pick(openings[kind])];
  if (length !== 'word' && length !== 'sentence')
    parts.push(...random.shuffled(middles).slice(0, sentences ?? (length === 'short' ? 1 : 2)));
  if (length === 'long' || (sentences ?? 0) > 3) parts.push(...random.shuffled(longer).slice(0, 3));
  return { text: [...parts.map((say) => say(words)), ...recalling(earlier, random)].join(' ') };
};

function recalling(earlier: readonly string[], random: Random): string[] {
  const last = earlier.at(-1);
  if (!last || random.chance(0.3)) return [];
  const said = quoted(last, 60);
  return [
    random.pick([
      `Before that you said ${said}, which I have not forgotten.`,
      `It also follows on from ${said}.`,
    ]),
  ];
}
