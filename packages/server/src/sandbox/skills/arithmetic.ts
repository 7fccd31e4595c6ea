/** Sums: finds an expression in a question and works it out. */
import type { Skill } from './skill.ts';

const words: [RegExp, string][] = [
  [/\bdivided by\b|\bover\b/gi, '/'],
  [/\bmultiplied by\b|\btimes\b/gi, '*'],
  [/\bplus\b|\badded to\b/gi, '+'],
  [/\bminus\b|\bless\b/gi, '-'],
  [/\bto the power of\b|\*\*/gi, '^'],
  [/\bsquared\b/gi, '^2'],
  [/\bcubed\b/gi, '^3'],
  [/(?:\bthe )?\bsquare root of\b|√/gi, 'sqrt '],
  [/%\s*of\b|\bpercent of\b/gi, '/100*'],
  [/(\d)\s*[x×·]\s*(?=[\d(])/g, '$1*'],
  [/÷/g, '/'],
  [/−/g, '-'],
  [/(\d),(?=\d{3}\b)/g, '$1'],
];

const expression = /(?:sqrt\s*)?[-(]*(?:sqrt\s*)?\d[\d\s.+\-*/^()]*(?:sqrt[\d\s.+\-*/^()]*)*/g;

export const arithmetic: Skill = ({ question }, random) => {
  const found = calculationIn(question);
  if (!found) return undefined;
  const { asked, result } = found;
  if (result === undefined)
    return {
      text: `${asked} has no answer: it would divide by zero or leave the numbers.`,
      key: 'undefined',
    };
  const value = numberText(result);
  const check = random.pick([
    'I worked it out, so you can rely on it.',
    'That is plain arithmetic, no guessing.',
    'Sums are one of the few things I really know.',
  ]);
  return {
    text: `${random.pick([`${asked} is ${value}.`, `${asked} = ${value}.`, `The answer is ${value}.`])} ${check}`,
    key: value,
  };
};

/** The first expression with an operator in `question`, and its value. Only the first 500 characters are looked at. */
export function calculationIn(question: string): { asked: string; result: number | undefined } | undefined {
  let text = question.slice(0, 500);
  for (const [pattern, sign] of words) text = text.replace(pattern, sign);
  for (const [match] of text.matchAll(expression)) {
    const asked = match.trim().replace(/[-+*/^(.\s]+$/, '');
    if (!/\d\s*[-+*/^]\s*[-(s\d]|sqrt/.test(asked) || notSums.test(asked)) continue;
    const result = evaluate(asked);
    if (result !== 'unreadable') return { asked: spaced(asked), result };
  }
  return undefined;
}

/** Dates and telephone numbers. */
const notSums = /^(\d{1,4}([-/.])\d{1,2}\2\d{1,4}|\d{3,4}-\d{3,4}(-\d{3,4})?)$/;

function spaced(asked: string): string {
  return asked
    .replace(/\s+/g, '')
    .replace(/sqrt(\d+(?:\.\d+)?)/g, '√$1')
    .replace(/\/100\*/g, '% of ')
    .replace(/(?<=[\d)])([-+*/])/g, ' $1 ')
    .replace(/ \* /g, ' × ');
}

/** At most twelve significant digits, so that 0.1 + 0.2 is 0.3. */
export function numberText(value: number): string {
  return String(Number(value.toPrecision(12)));
}

/** The value of an expression; `undefined` when it has none, `'unreadable'` when it is none. */
export function evaluate(source: string): number | undefined | 'unreadable' {
  const tokens = source.match(/\d+(?:\.\d+)?|\.\d+|sqrt|\S/g) ?? [];
  let at = 0;
  const failed = Symbol('unreadable');
  const sum = (): number => {
    let value = product();
    while (tokens[at] === '+' || tokens[at] === '-')
      value = tokens[at++] === '+' ? value + product() : value - product();
    return value;
  };
  const product = (): number => {
    let value = power();
    while (tokens[at] === '*' || tokens[at] === '/')
      value = tokens[at++] === '*' ? value * power() : value / power();
    return value;
  };
  const power = (): number => {
    if (tokens[at] === '-') return (at++, -power());
    const base = atom();
    return tokens[at] === '^' ? (at++, base ** power()) : base;
  };
  const atom = (): number => {
    const token = tokens[at++] ?? '';
    if (token === 'sqrt') return Math.sqrt(atom());
    if (token === '(') {
      const value = sum();
      if (tokens[at++] !== ')') throw failed;
      return value;
    }
    if (!/^[\d.]/.test(token) || !Number.isFinite(Number(token))) throw failed;
    return Number(token);
  };
  try {
    const value = sum();
    if (at < tokens.length) return 'unreadable';
    return Number.isFinite(value) ? value : undefined;
  } catch (thrown) {
    if (thrown === failed) return 'unreadable';
    throw thrown;
  }
}
