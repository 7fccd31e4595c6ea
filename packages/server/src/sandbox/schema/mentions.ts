/** What a text names that could be a value: people, places, numbers, dates, addresses, quotations. */

export interface Mentions {
  /** The text itself, at most 4,000 characters of it. */
  text: string;
  quotes: string[];
  numbers: number[];
  emails: string[];
  urls: string[];
  dates: string[];
  times: string[];
  places: string[];
  people: string[];
  /** Noun phrases after an article: `science fair`. */
  things: string[];
}

const days = 'Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday';
const months = 'January|February|March|April|May|June|July|August|September|October|November|December';
const calendar = new RegExp(`^(?:${days}|${months})s?$`);
const capitalised = String.raw`[\p{Lu}][\p{L}'’-]+(?: (?:de |la |of )?[\p{Lu}][\p{L}'’-]+)*`;

/** Words that begin a sentence with a capital and name nobody. */
const common =
  /^(?:I|I'm|I’m|A|An|The|This|That|These|Those|It|He|She|We|You|They|My|Our|Your|What|What's|Who|When|Where|Why|How|Is|Are|Was|Do|Does|Did|Can|Could|Will|Would|Should|Please|Give|Get|Tell|Show|Find|Extract|Write|Make|Create|List|Book|Send|Call|Use|Let|Look|Search|Set|Add|Turn|Plan|Order|Generate|Return|Answer|Solve|Compute|Calculate|Convert|Translate|Summarize|Describe|Explain|And|But|Or|If|In|On|At|For|From|To|With|Hi|Hello|Hey|Thanks|Yes|No|JSON|Reply|Now|Then|Also|There|Here)$/;

const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => (match[1] ?? match[0]).trim());
const unique = (values: string[]): string[] => [...new Set(values)];

export function mentionsIn(source: string): Mentions {
  const text = source.slice(0, 4000);
  const prose = text.replace(/https?:\/\/\S+|\S{1,80}@\S{1,80}/g, ' ');
  const named = all(prose, new RegExp(capitalised, 'gu'))
    .map(withoutOpening)
    .filter((name) => name && !calendar.test(name));
  const places = unique(
    all(
      prose,
      new RegExp(`\\b(?:in|to|from|at|near|for|of|around|between|visit|and) (${capitalised})`, 'gu'),
    ).filter((name) => !calendar.test(name) && !common.test(name)),
  );
  return {
    text,
    quotes: all(text, /["“]([^"“”]{1,200})["”]/g),
    numbers: all(prose, /(?<![\w.-])-?\d+(?:,\d{3})*(?:\.\d+)?(?![\w-])/g).map((number) =>
      Number(number.replaceAll(',', '')),
    ),
    emails: unique(all(text, /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g)),
    urls: unique(all(text, /https?:\/\/[^\s"'<>)]{1,500}/g).map((url) => url.replace(/[.,;!?]+$/, ''))),
    dates: unique(
      all(
        text,
        new RegExp(
          `\\b(?:\\d{4}-\\d{2}-\\d{2}|(?:${months}) \\d{1,2}(?:, \\d{4})?|\\d{1,2} (?:${months})(?: \\d{4})?|(?:next |this )?(?:${days})|today|tomorrow|tonight)\\b`,
          'g',
        ),
      ),
    ),
    times: unique(all(text, /\b(?:\d{1,2}:\d{2}(?: ?[ap]m)?|\d{1,2} ?[ap]m|noon|midnight)\b/gi)),
    places,
    people: unique(named).filter((name) => !common.test(name)),
    things: unique(
      all(
        prose,
        /\b(?:an?|the) ((?:[a-z][a-z-]+ ){0,2}[a-z][a-z-]+?)(?= (?:on|in|at|for|with|to|from|about|by|of|is|are|was|that|which|and)\b|[.,!?;:\n]|$)/g,
      ),
    ),
  };
}

/** `Alice` of `Please Alice`: the words of a sentence's opening do not belong to a name. */
function withoutOpening(name: string): string {
  const words = name.split(' ');
  while (words.length > 0 && common.test(words[0] as string)) words.shift();
  return words.join(' ');
}
