/** The few facts the sandbox knows: capitals, and questions people try first. Everything else it admits not to know. */
import { capitals } from '../capitals.ts';
import type { Skill } from './skill.ts';

/** What is asked, the answer in a word, in a sentence, and what there is to add when more sentences are wanted. */
const known: [question: RegExp, key: string, text: string, more: string][] = [
  [
    /\bmeaning of life\b|\bultimate question\b/i,
    '42',
    'By a well-known calculation it is 42.',
    'The question itself is still being worked out.',
  ],
  [
    /\bcolou?r\b.*\bsky\b|\bsky\b.*\b(colou?r|blue)\b/i,
    'Blue',
    'The sky is blue by day, because air scatters short waves of light more than long ones.',
    'Light of the other colours comes through almost straight.',
  ],
  [
    /\bsunsets?\b.*\bred\b|\bred\b.*\bsunsets?\b/i,
    'Scattering',
    'At sunset light comes a long way through the air, which scatters the blue out of it and leaves the red.',
    'Dust and smoke deepen the colour.',
  ],
  [
    /\b(sea|flow|reach|end|mouth)\b.*\bNile\b|\bNile\b.*\b(sea|flows?|reach(es)?|ends?|mouth)\b/i,
    'Mediterranean',
    'The Nile reaches the Mediterranean Sea in the north of Egypt.',
    'It has come more than six thousand kilometres by then.',
  ],
  [
    /\b(how many|number of) planets\b/i,
    '8',
    'There are eight planets: Mercury, Venus, Earth, Mars, Jupiter, Saturn, Uranus and Neptune.',
    'Pluto has been counted among the dwarf planets since 2006.',
  ],
  [
    /\blargest planet\b|\bbiggest planet\b/i,
    'Jupiter',
    'Jupiter is the largest planet of our solar system.',
    'More than a thousand Earths would fit into it.',
  ],
  [
    /\bspeed of light\b/i,
    '299,792,458',
    'Light travels 299,792,458 metres a second in a vacuum.',
    'From the Sun to the Earth it takes a little more than eight minutes.',
  ],
  [
    /\b(days|months|weeks) in a year\b/i,
    '365',
    'A year has 12 months, about 52 weeks, and 365 days, or 366 when it leaps.',
    'The leap day keeps the calendar in step with the sun.',
  ],
  [
    /\b(boiling point of water|water boils?)\b/i,
    '100',
    'At sea level water boils at 100 °C, which is 212 °F.',
    'On a high mountain it boils sooner.',
  ],
  [
    /\bwho wrote (romeo and juliet|hamlet|macbeth)\b/i,
    'Shakespeare',
    'William Shakespeare wrote it, around 1600.',
    'It is one of his tragedies.',
  ],
  [
    /\bfirst (man|person|human) on the moon\b/i,
    'Armstrong',
    'Neil Armstrong was the first person on the Moon, on 20 July 1969.',
    'Buzz Aldrin followed him down the ladder.',
  ],
];

export const facts: Skill = ({ question }, random, { sentences = 1 }) => {
  const [, country] = /\bcapital (?:city )?of (?:the )?([\p{L} ]+)/iu.exec(question) ?? [];
  const wanted = country?.trim().toLowerCase();
  const found =
    wanted &&
    Object.keys(capitals).find(
      (name) => wanted === name.toLowerCase() || wanted.startsWith(`${name.toLowerCase()} `),
    );
  if (found) {
    const city = capitals[found] as string;
    const text = random.pick([`The capital of ${found} is ${city}.`, `${city} is the capital of ${found}.`]);
    return { text: sentences > 1 ? `${text} Any map of the country has a star beside it.` : text, key: city };
  }
  const fact = known.find(([pattern]) => pattern.test(question));
  return fact && { key: fact[1], text: sentences > 1 ? `${fact[2]} ${fact[3]}` : fact[2] };
};
