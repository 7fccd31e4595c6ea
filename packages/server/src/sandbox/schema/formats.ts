/** The string formats of JSON Schema: a value for each, and what counts as one. */
import type { Random } from '../random.ts';

const two = (value: number): string => String(value).padStart(2, '0');
const date = (random: Random): string =>
  `202${random.integer(4, 7)}-${two(random.integer(1, 12))}-${two(random.integer(1, 28))}`;
const time = (random: Random): string =>
  `${two(random.integer(7, 21))}:${two(random.integer(0, 11) * 5)}:00Z`;
const host = (random: Random): string =>
  `${random.pick(['www', 'api', 'docs', 'shop'])}.${random.pick(['example.com', 'example.org', 'example.net'])}`;
const email = (random: Random): string =>
  `${random.pick(['ada', 'grace', 'alan', 'radia', 'edsger'])}@${random.pick(['example.com', 'example.org'])}`;
const hex = (random: Random, length: number): string => random.string(length, '0123456789abcdef');
const uri = (random: Random): string =>
  `https://${host(random)}/${random.pick(['guide', 'news', 'items', 'about'])}/${random.integer(1, 99)}`;

interface Format {
  sample(random: Random): string;
  pattern: RegExp;
}

const day = String.raw`\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])`;
const clock = String.raw`([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d{2}:\d{2})`;
const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const emailFormat: Format = { sample: email, pattern: new RegExp(`^[^\\s@]+@${label}(\\.${label})+$`, 'i') };
const uriFormat: Format = { sample: uri, pattern: /^[a-z][a-z0-9+.-]*:[^\s]+$/i };
const hostFormat: Format = { sample: host, pattern: new RegExp(`^${label}(\\.${label})*$`, 'i') };

const formats: Record<string, Format> = {
  'date-time': {
    sample: (random) => `${date(random)}T${time(random)}`,
    pattern: new RegExp(`^${day}T${clock}$`, 'i'),
  },
  date: { sample: date, pattern: new RegExp(`^${day}$`) },
  time: { sample: time, pattern: new RegExp(`^${clock}$`, 'i') },
  duration: {
    sample: (random) =>
      random.pick([
        `P${random.integer(1, 9)}D`,
        `PT${random.integer(5, 55)}M`,
        `P1DT${random.integer(1, 12)}H`,
      ]),
    pattern: /^P(?!$)((\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?|\d+W)$/,
  },
  email: emailFormat,
  'idn-email': emailFormat,
  hostname: hostFormat,
  'idn-hostname': hostFormat,
  ipv4: {
    sample: (random) => `192.0.2.${random.integer(1, 254)}`,
    pattern: /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$/,
  },
  ipv6: {
    sample: (random) => `2001:db8::${hex(random, 3).replace(/^0+/, '1')}`,
    pattern: /^(?=.*:)[0-9a-f:.]{2,45}$/i,
  },
  uuid: {
    sample: (random) =>
      `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-${random.pick(['8', '9', 'a', 'b'])}${hex(random, 3)}-${hex(random, 12)}`,
    pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  },
  uri: uriFormat,
  url: uriFormat,
  iri: uriFormat,
  'uri-reference': { sample: uri, pattern: /^\S*$/ },
  'iri-reference': { sample: uri, pattern: /^\S*$/ },
  'json-pointer': { sample: (random) => `/items/${random.integer(0, 9)}`, pattern: /^(\/([^~]|~[01])*)?$/ },
  regex: { sample: () => '^[a-z]+$', pattern: /^/ },
};

/** A value of the format; `undefined` for an unknown format, which JSON Schema accepts. */
export function sampleFormat(name: string, random: Random): string | undefined {
  return Object.hasOwn(formats, name) ? formats[name]?.sample(random) : undefined;
}

/** Longer texts have no format: an expression would run out of stack in some of them. */
const longest = 1_000_000;

export function isFormat(name: string, value: string): boolean {
  if (!Object.hasOwn(formats, name)) return true;
  return value.length <= longest && (formats[name]?.pattern.test(value) ?? true);
}
