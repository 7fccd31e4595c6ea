/** What to say when no skill knows better: something true about the question, in varied words. */
import type { Random } from '../random.ts';
import { quoted, type Skill, topicOf } from './skill.ts';
import { listed } from './results.ts';

type Say = (topic: string, asked: string) => string;

const openings: Record<string, Say[]> = {
  why: [
    (topic) =>
      `There is usually more than one reason behind ${topic}, and the first one people name is rarely the strongest.`,
    (topic) =>
      `Why ${topic} is a question with a short answer and a long one; the long one begins with what came before.`,
  ],
  how: [
    (topic) =>
      `With ${topic}, the first step is to say what done looks like; then work backwards from there, one step at a time.`,
    (topic) =>
      `One way into ${topic} is to start small, check what happened, and only then do the next piece.`,
  ],
  when: [
    (topic) =>
      `I carry no calendar of events, so I cannot date ${topic}; but I can tell you that you asked about it.`,
  ],
  where: [
    (topic) => `I have no map beyond a few capitals, so ${topic} is somewhere past my edge of the paper.`,
  ],
  who: [(topic) => `I know very few people, and ${topic} is not among them.`],
  which: [(topic) => `Between the candidates for ${topic}, take the one you could still explain next year.`],
  what: [
    (topic) =>
      `If I had to put ${topic} in one line: it is what remains when you take away everything that is something else.`,
    (topic) =>
      `${topic} means different things to different people, so it pays to say which one you have in mind.`,
  ],
  yesno: [
    (topic) => `Perhaps: on ${topic}, the honest answer depends on what you would do with it.`,
    (topic) => `I would not bet on it either way; ${topic} has surprised better minds than a sandbox.`,
  ],
  statement: [
    (_, asked) => `You wrote ${asked}, and I have read it with care.`,
    (topic) => `So this is about ${topic}, and I am listening.`,
    (topic) => `Noted: ${topic}. Tell me what you would like done with it.`,
  ],
};

const middles: Say[] = [
  (_, asked) =>
    `You asked ${asked}, and I have taken every word of it into account, though without a model behind me.`,
  (topic) =>
    `A real model would now go deeper into ${topic}; my part is to arrive in the same shape and order.`,
  (topic) => `I can turn ${topic} into a list, a poem, a function call or a JSON object, if that helps.`,
  (topic) => `Ask me about ${topic} again with another seed, and I will put it in other words.`,
];

const longer: Say[] = [
  (topic) =>
    `It may help to look at ${topic} from the other side: what would have to be true for the question not to come up?`,
  () => 'Every sentence here reaches you token by token, cut where a real tokenizer cuts.',
  (topic) => `Then write down what you already know about ${topic}, and mark what you only believe.`,
  () =>
    'If you change a single word of your question, my answer may change too; if you change none, it will not.',
];

const foreign: Record<string, [string, string][]> = {
  French: [
    [
      'Vous avez demandé',
      'Je suis un bac à sable, pas un vrai modèle, mais je réponds volontiers en français.',
    ],
  ],
  German: [
    ['Sie haben gefragt:', 'Ich bin ein Sandkasten und kein echtes Modell, antworte aber gern auf Deutsch.'],
  ],
  Spanish: [
    [
      'Usted preguntó',
      'Soy un entorno de pruebas, no un modelo de verdad, pero respondo con gusto en español.',
    ],
  ],
  Italian: [
    ['Lei ha chiesto', 'Sono un ambiente di prova, non un vero modello, ma rispondo volentieri in italiano.'],
  ],
  Portuguese: [
    [
      'Você perguntou',
      'Sou um ambiente de testes, não um modelo de verdade, mas respondo com prazer em português.',
    ],
  ],
  Dutch: [['U vroeg', 'Ik ben een zandbak en geen echt model, maar ik antwoord graag in het Nederlands.']],
};

export const otherLanguage: Skill = ({ question }, random, { language }) => {
  if (language === 'English') return undefined;
  const found = foreign[language];
  if (!found)
    return {
      text: `You asked for ${language}, of which I know only the name. In English, then: I have read ${quoted(question)}.`,
    };
  const [asked, rest] = random.pick(found);
  return { text: `${asked} ${quoted(question)}. ${rest}` };
};

export const looking: Skill = ({ attachments, question }) => {
  if (attachments.length === 0) return undefined;
  const asked = question ? ` As for ${quoted(question)}: a model with eyes and ears could tell you.` : '';
  return {
    text: `You sent me ${listed(attachments)}. I can tell what kind of thing it is, but a sandbox cannot see or hear it.${asked}`,
  };
};

/** Always answers. */
export const conversation: Skill = (prompt, random, { length }) => {
  const { question, earlier } = prompt;
  if (!question) return { text: 'You have not said anything yet. I am here when you do.', key: 'Listening' };
  const topic = quoted(topicOf(question) || question);
  const asked = quoted(question);
  const parts = [random.pick(openings[kindOf(question)] as Say[])];
  if (length !== 'word' && length !== 'sentence')
    parts.push(...random.shuffled(middles).slice(0, length === 'short' ? 1 : 2));
  if (length === 'long') parts.push(...random.shuffled(longer).slice(0, 3));
  return { text: [...parts.map((say) => say(topic, asked)), ...recalling(earlier, random)].join(' ') };
};

function kindOf(question: string): string {
  const first = /^\W*(\w+)/.exec(question)?.[1]?.toLowerCase() ?? '';
  if (['why', 'how', 'when', 'where', 'who', 'which', 'what'].includes(first)) return first;
  if (/^(is|are|was|were|do|does|did|can|could|will|would|should|has|have|am)$/.test(first)) return 'yesno';
  return question.trimEnd().endsWith('?') ? 'what' : 'statement';
}

function recalling(earlier: readonly string[], random: Random): string[] {
  const last = earlier.at(-1);
  if (!last || random.chance(0.3)) return [];
  return [
    random.pick([
      `Before that you said ${quoted(last, 60)}, which I have not forgotten.`,
      `It also follows on from ${quoted(last, 60)}.`,
    ]),
  ];
}
