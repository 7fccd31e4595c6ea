/** Small programs: a handful that work, and a frame with the right name for everything else. */
import { type Skill, topicOf } from './skill.ts';

type Language = 'javascript' | 'typescript' | 'python';

interface Program {
  asked: RegExp;
  say: string;
  javascript: string;
  python: string;
}

const programs: Program[] = [
  {
    asked: /\bfizz ?buzz\b/i,
    say: 'It writes Fizz for multiples of three, Buzz for multiples of five, and both for multiples of fifteen.',
    javascript:
      "for (let i = 1; i <= 100; i++) {\n  const word = (i % 3 ? '' : 'Fizz') + (i % 5 ? '' : 'Buzz');\n  console.log(word || i);\n}",
    python:
      "for i in range(1, 101):\n    word = ('' if i % 3 else 'Fizz') + ('' if i % 5 else 'Buzz')\n    print(word or i)",
  },
  {
    asked: /\bfibonacci\b/i,
    say: 'It walks up from 0 and 1, so it needs n steps and no recursion.',
    javascript:
      'function fibonacci(n) {\n  let [a, b] = [0, 1];\n  for (let i = 0; i < n; i++) [a, b] = [b, a + b];\n  return a;\n}',
    python:
      'def fibonacci(n):\n    a, b = 0, 1\n    for _ in range(n):\n        a, b = b, a + b\n    return a',
  },
  {
    asked: /\bfactorial\b/i,
    say: 'The factorial of 0 is 1, which is where the loop starts.',
    javascript:
      'function factorial(n) {\n  let product = 1;\n  for (let i = 2; i <= n; i++) product *= i;\n  return product;\n}',
    python:
      'def factorial(n):\n    product = 1\n    for i in range(2, n + 1):\n        product *= i\n    return product',
  },
  {
    asked: /\bpalindrome\b/i,
    say: 'Case, spaces and punctuation do not count.',
    javascript:
      "function isPalindrome(text) {\n  const letters = text.toLowerCase().replace(/[^a-z0-9]/g, '');\n  return letters === [...letters].reverse().join('');\n}",
    python:
      'def is_palindrome(text):\n    letters = [c for c in text.lower() if c.isalnum()]\n    return letters == letters[::-1]',
  },
  {
    asked: /\brevers\w* (?:a |the )?(?:string|text|word|list|array)\b/i,
    say: 'The spread keeps characters beyond the basic plane in one piece.',
    javascript: "function reverse(text) {\n  return [...text].reverse().join('');\n}",
    python: 'def reverse(text):\n    return text[::-1]',
  },
  {
    asked: /\bprimes?\b/i,
    say: 'Dividing up to the square root is enough.',
    javascript:
      'function isPrime(n) {\n  if (n < 2) return false;\n  for (let i = 2; i * i <= n; i++) if (n % i === 0) return false;\n  return true;\n}',
    python:
      'def is_prime(n):\n    if n < 2:\n        return False\n    return all(n % i for i in range(2, int(n ** 0.5) + 1))',
  },
  {
    asked: /\bhello,? world\b/i,
    say: 'It is the shortest program that proves everything is installed.',
    javascript: "console.log('Hello, world!');",
    python: "print('Hello, world!')",
  },
  {
    asked: /\b(sum|add|average|mean)\b/i,
    say: 'An empty list gives zero.',
    javascript: 'function sum(numbers) {\n  return numbers.reduce((total, number) => total + number, 0);\n}',
    python: 'def total(numbers):\n    return sum(numbers)',
  },
];

const wanted =
  /\b(write|show|give|create|implement|code|generate)\b[^.?!]*\b(function|program|script|code|snippet|class|method|python|javascript|typescript|fizz ?buzz)\b/i;

export const coding: Skill = ({ question }, random) => {
  if (!wanted.test(question)) return undefined;
  const language: Language = /\bpython\b/i.test(question)
    ? 'python'
    : /\b(typescript|ts)\b/i.test(question)
      ? 'typescript'
      : 'javascript';
  const program = programs.find(({ asked }) => asked.test(question));
  const lead = random.pick(['Here it is', 'This does it', 'Here is one way']);
  const source = program
    ? program[language === 'python' ? 'python' : 'javascript']
    : frame(question, language);
  const say =
    program?.say ??
    'Only the frame is mine: as a sandbox I know a few programs by heart, and this is not one of them.';
  return {
    text: `${lead}${language === 'python' ? ', in Python' : ''}:\n\n\`\`\`${language}\n${source}\n\`\`\`\n\n${say}`,
    verbatim: true,
  };
};

function frame(question: string, language: Language): string {
  const words = topicOf(
    question.replace(
      /\b(javascript|typescript|python|function|program|script|code|snippet|class|method)\b/gi,
      ' ',
    ),
    4,
  )
    .toLowerCase()
    .match(/[a-z][a-z0-9]*/g) ?? ['answer'];
  if (language === 'python')
    return `def ${words.join('_')}(value):\n    """To be written."""\n    raise NotImplementedError`;
  const name = words
    .map((word, index) => (index ? word.charAt(0).toUpperCase() + word.slice(1) : word))
    .join('');
  const types = language === 'typescript' ? ['(value: unknown): unknown'] : ['(value)'];
  return `function ${name}${types[0]} {\n  throw new Error('to be written');\n}`;
}
