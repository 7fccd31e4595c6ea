/** How a question or statement names what it is about, in words that fit into a sentence about it. */

export type Kind =
  | 'task'
  | 'thing'
  | 'person'
  | 'why'
  | 'how'
  | 'when'
  | 'where'
  | 'which'
  | 'what'
  | 'yesno'
  | 'opinion'
  | 'statement';

export interface Subject {
  kind: Kind;
  /** A phrase such as `center a div` (a task), `a monad` (a thing) or `you like rain` (an opinion); else the question. */
  phrase: string;
}

/** The first row that matches tells the kind; what it captures is the phrase. */
const rows: [Kind, RegExp][] = [
  ['task', /^how (?:do|can|could|should|would|might) (?:i|you|we|one|people) (.+)/i],
  ['task', /^how to (.+)/i],
  ['task', /^(?:please )?(?:can|could|would|will) you (?:please )?(?:help me (?:to )?)?(.+)/i],
  ['task', /^(?:please )?help me (?:to )?(?!with)(.+)/i],
  ['task', /^i(?: want|'d like| would like| need) to (.+)/i],
  ['thing', /^(?:please )?(?:explain|describe|define|discuss|introduce)(?: to me)?:? (.+)/i],
  [
    'thing',
    /^(?:please )?(?:tell me|talk|teach me|write|say something)(?: more| a bit| something)? about (.+)/i,
  ],
  ['thing', /^(?:what|how) about (.+)/i],
  ['person', /^who(?:'s| is| was| are| were) (.+)/i],
  ['thing', /^what(?:'s| is| are| was| were) ((?:an?|the|my|your)? ?[\w' -]{2,60})\??$/i],
  ['why', /^why\b/i],
  ['how', /^how\b/i],
  ['when', /^when\b/i],
  ['where', /^where\b/i],
  ['which', /^which\b/i],
  ['what', /^(?:what|who|whom|whose)\b/i],
  ['yesno', /^(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|am|may|must)\b/i],
  ['opinion', /^(i(?:'m| am| think| like| love| hate| feel| believe| prefer| have| was|'ve)\b.{3,})/i],
  ['what', /\?$/],
];

const turned: Record<string, string> = {
  i: 'you',
  me: 'you',
  my: 'your',
  mine: 'yours',
  myself: 'yourself',
  am: 'are',
  "i'm": 'you are',
  "i've": 'you have',
};

export function subjectOf(question: string): Subject {
  const line = (question.split('\n')[0] ?? '')
    .trim()
    .replace(/[\s?!.,;:]+$/, (end) => (end.includes('?') ? '?' : ''));
  for (const [kind, pattern] of rows) {
    const match = pattern.exec(line);
    if (match) return { kind, phrase: toYou((match[1] ?? line).replace(/\?$/, '')).slice(0, 120) };
  }
  return { kind: 'statement', phrase: toYou(line).slice(0, 120) };
}

/** The phrase as the other side would say it: `my cat` becomes `your cat`. */
function toYou(phrase: string): string {
  return phrase.replace(/[A-Za-z']+/g, (word) =>
    Object.hasOwn(turned, word.toLowerCase()) ? (turned[word.toLowerCase()] as string) : word,
  );
}
