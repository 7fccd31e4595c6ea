/** The few facts the sandbox knows: capitals, and questions people try first. Everything else it admits not to know. */
import type { Skill } from './skill.ts';

const capitals: Record<string, string> = Object.fromEntries(
  (
    'Argentina:Buenos Aires,Australia:Canberra,Austria:Vienna,Belgium:Brussels,Brazil:Brasília,Canada:Ottawa,Chile:Santiago,China:Beijing,' +
    'Colombia:Bogotá,Croatia:Zagreb,Czechia:Prague,Denmark:Copenhagen,Egypt:Cairo,England:London,Estonia:Tallinn,Finland:Helsinki,France:Paris,' +
    'Germany:Berlin,Greece:Athens,Hungary:Budapest,Iceland:Reykjavík,India:New Delhi,Indonesia:Jakarta,Ireland:Dublin,Israel:Jerusalem,Italy:Rome,' +
    'Japan:Tokyo,Kenya:Nairobi,Latvia:Riga,Lithuania:Vilnius,Mexico:Mexico City,Morocco:Rabat,Netherlands:Amsterdam,New Zealand:Wellington,' +
    'Nigeria:Abuja,Norway:Oslo,Peru:Lima,Poland:Warsaw,Portugal:Lisbon,Romania:Bucharest,Russia:Moscow,Scotland:Edinburgh,Senegal:Dakar,' +
    'Serbia:Belgrade,Slovakia:Bratislava,Slovenia:Ljubljana,South Korea:Seoul,Spain:Madrid,Sweden:Stockholm,Switzerland:Bern,Thailand:Bangkok,' +
    'Turkey:Ankara,Ukraine:Kyiv,United Kingdom:London,United States:Washington,USA:Washington,Uruguay:Montevideo,Vietnam:Hanoi,Wales:Cardiff'
  )
    .split(',')
    .map((pair) => pair.split(':') as [string, string]),
);

const known: [RegExp, string, string][] = [
  [
    /\bmeaning of life\b|\bultimate question\b/i,
    '42',
    'By a well-known calculation it is 42. The question itself is still being worked out.',
  ],
  [
    /\bcolou?r\b.*\bsky\b|\bsky\b.*\b(colou?r|blue)\b/i,
    'Blue',
    'The sky is blue by day, because air scatters short waves of light more than long ones.',
  ],
  [
    /\b(how many|number of) planets\b/i,
    '8',
    'There are eight planets: Mercury, Venus, Earth, Mars, Jupiter, Saturn, Uranus and Neptune.',
  ],
  [/\blargest planet\b|\bbiggest planet\b/i, 'Jupiter', 'Jupiter is the largest planet of our solar system.'],
  [/\bspeed of light\b/i, '299,792,458', 'Light travels 299,792,458 metres a second in a vacuum.'],
  [
    /\b(days|months|weeks) in a year\b/i,
    '365',
    'A year has 12 months, about 52 weeks, and 365 days, or 366 when it leaps.',
  ],
  [
    /\b(boiling point of water|water boils?)\b/i,
    '100',
    'At sea level water boils at 100 °C, which is 212 °F.',
  ],
  [
    /\bwho wrote (romeo and juliet|hamlet|macbeth)\b/i,
    'Shakespeare',
    'William Shakespeare wrote it, around 1600.',
  ],
  [
    /\bfirst (man|person|human) on the moon\b/i,
    'Armstrong',
    'Neil Armstrong was the first person on the Moon, on 20 July 1969.',
  ],
];

export const facts: Skill = ({ question }, random) => {
  const [, country] = /\bcapital (?:city )?of (?:the )?([\p{L} ]+)/iu.exec(question) ?? [];
  const wanted = country?.trim().toLowerCase();
  const found =
    wanted &&
    Object.keys(capitals).find(
      (name) => wanted === name.toLowerCase() || wanted.startsWith(`${name.toLowerCase()} `),
    );
  if (found) {
    const city = capitals[found] as string;
    return {
      text: random.pick([`The capital of ${found} is ${city}.`, `${city} is the capital of ${found}.`]),
      key: city,
    };
  }
  const fact = known.find(([pattern]) => pattern.test(question));
  return fact && { key: fact[1], text: fact[2] };
};
