/** Small talk, and what the sandbox says about itself. It never passes for a language model. */
import type { Skill } from './skill.ts';

const table: [RegExp, string[], string?][] = [
  [
    /\b(who|what) are you\b|\bare you (chatgpt|gpt|a (real )?(model|ai|bot|person|human|llm)|real|human|an? ai)\b|\b(what|which) model\b|\byour name\b|\bintroduce yourself\b/i,
    [
      'I am the Colloquy sandbox: a small program that answers in the shape of a chat model, without being one. I look at your request, follow a few rules, and always say the same thing to the same request.',
      'You are talking to the Colloquy sandbox, not to a language model. My sentences come from rules and a seed, so that a program can be tried without a key, a network or a bill.',
    ],
    'Sandbox',
  ],
  [
    /\bwhat can you do\b|\bhow can you help\b|^help\W*$/i,
    [
      'As a sandbox I can chat a little, do sums, count, make lists, translate a few phrases, write small functions, call your tools with arguments that fit their schema, and answer in any JSON Schema you give me. For real knowledge, put a real model behind this server.',
    ],
  ],
  [
    /^(thanks|thank you|thx|cheers|merci|danke)\b/i,
    ['You are welcome.', 'With pleasure.', 'Any time. Ask me the next thing whenever you like.'],
    'Welcome',
  ],
  [
    /^(bye|goodbye|see you|good night|ciao)\b/i,
    ['Goodbye, and good luck with what you are building.', 'See you. The same words will find me here.'],
    'Goodbye',
  ],
  [
    /^how are you\b|\bhow('s| is) it going\b/i,
    ['All of my tests pass, so I am well. How are you?', 'Deterministic as ever, thank you. And you?'],
    'Well',
  ],
  [
    /\b(tell|know|say|give)\b.*\bjoke\b|^joke\b/i,
    [
      'A token walks into a bar. The bartender says: “We only serve whole words here.” So it waits for the next chunk.',
      'Why did the stream break up with the buffer? It needed someone who could let go.',
      'There are two hard things in streaming: order, exactly once, and order.',
    ],
  ],
];

export const smallTalk: Skill = ({ question }, random) => {
  const found = table.find(([pattern]) => pattern.test(question));
  return found && { text: random.pick(found[1]), key: found[2] };
};

export const greeting: Skill = ({ question, earlier }, random) => {
  const [, hello] =
    /^(hi|hello|hey|hiya|greetings|good (?:morning|afternoon|evening)|howdy)\b/i.exec(question) ?? [];
  if (!hello || question.length > 60) return undefined;
  const name = nameIn([question, ...earlier]);
  const back = /^good/i.test(hello)
    ? `${hello.charAt(0).toUpperCase()}${hello.slice(1).toLowerCase()}`
    : random.pick(['Hello', 'Hi there', 'Hello there']);
  const offer = random.pick([
    'What would you like to try?',
    'Ask me something, or hand me a tool and see what I do with it.',
    'What can I do for you today?',
  ]);
  return { text: `${back}${name ? `, ${name}` : ''}! ${offer}`, key: 'Hello' };
};

/** Recalls what the user said before. */
export const memory: Skill = ({ question, earlier }) => {
  if (/\bwhat(?:'s| is) my name\b|\bdo you (?:know|remember) my name\b/i.test(question)) {
    const name = nameIn(earlier);
    return name
      ? { text: `Your name is ${name}: you told me so.`, key: name }
      : { text: 'You have not told me your name yet.', key: 'Unknown' };
  }
  const own = /\bwhat(?:'s| is) my favou?rite (\w+)/i.exec(question)?.[1];
  if (own) {
    const said = [...earlier]
      .reverse()
      .map((text) => new RegExp(`\\bmy favou?rite ${own} is ([^.!?\\n,]+)`, 'i').exec(text)?.[1])
      .find(Boolean);
    if (said) return { text: `Your favourite ${own} is ${said}.`, key: said };
  }
  if (
    !/\bwhat did i (just )?(say|ask|tell|write)|\bmy (first|last|previous) (question|message)/i.test(question)
  )
    return undefined;
  const which = /\bfirst\b/i.test(question) ? earlier[0] : earlier.at(-1);
  return { text: which ? `You wrote: “${which}”` : 'This is the first thing you have said to me.' };
};

function nameIn(texts: readonly string[]): string | undefined {
  for (const text of [...texts].reverse()) {
    const name = /\b(?:[Mm]y name is|[Cc]all me|[Ii] am|[Ii]'m) ([A-Z][\p{L}'-]+)/u.exec(text)?.[1];
    if (name) return name;
  }
  return undefined;
}
