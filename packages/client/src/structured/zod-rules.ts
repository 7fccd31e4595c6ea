/** The rules of Zod schemas that their JSON Schema does not contain. */
import type { Schema } from './keywords.ts';
import type { Note } from './notes.ts';

const byFunction = 'Only a function checks it.';
const byConversion = 'A function converts the value, and may refuse it.';
const noKeyword = 'JSON Schema has no keyword for it.';
const narrower = 'Zod accepts fewer values than the `format` that is sent.';
const onlyOne = 'Only one rule of its kind can be sent.';
const flags = 'A `pattern` of JSON Schema has no flags.';

/** A check of either Zod, with what a JSON Schema says of it. */
type Look = (def: any, json: Schema) => Note[];

/** What of a Zod 3 or Zod 4 schema is not in `json`, which describes its input. */
export const rulesOfZod = (schema: any, json: Schema): Note[] =>
  schema._zod ? zod4(schema._zod.def, json) : zod3(schema._def, json);

const asCalled: Record<string, string> = { url: 'uri', datetime: 'date-time' };

const hasFlags = (pattern: unknown): boolean => pattern instanceof RegExp && /[ims]/.test(pattern.flags);

const zod4: Look = (def, json) => {
  if (def.type === 'transform' || def.transform || def.out?._zod.def.type === 'transform')
    return [{ rule: 'transform', why: byConversion }];
  const own = def.check ? [def] : [];
  return [...own, ...(def.checks ?? []).map((check: any) => check._zod.def)].flatMap((check: any): Note[] => {
    const { check: kind, format, pattern, value } = check;
    if (kind === 'overwrite' || kind === 'number_format') return [];
    if (kind === 'custom') return [{ rule: 'custom', why: byFunction }];
    if (kind === 'property') return [{ rule: kind, value: check.property, why: noKeyword }];
    if (kind !== 'string_format')
      return ['date', 'bigint'].includes(def.type) ? [{ rule: kind, value, why: noKeyword }] : [];
    if (hasFlags(pattern)) return [{ rule: 'pattern', value: String(pattern), why: flags }];
    const carried = pattern || json['format'] === (asCalled[format] ?? format);
    return carried ? [] : [{ rule: 'format', value: format, why: noKeyword }];
  });
};

/** How JSON Schema calls the formats of Zod 3. */
const formats3: Record<string, string> = {
  email: 'email',
  url: 'uri',
  uuid: 'uuid',
  datetime: 'date-time',
  date: 'date',
  time: 'time',
  duration: 'duration',
};
const carried3 =
  'min max length regex startsWith endsWith includes cuid cuid2 ulid nanoid emoji trim toLowerCase toUpperCase int finite'.split(
    ' ',
  );

const zod3: Look = ({ typeName, checks, effect }, json) => {
  if (effect) return [{ rule: effect.type, why: effect.type === 'refinement' ? byFunction : byConversion }];
  if (!Array.isArray(checks)) return [];
  return checks.flatMap((check: any): Note[] => {
    const { kind, value, regex, position, version } = check;
    const rule = (why: string): Note[] => [{ rule: kind, value: regex ? String(regex) : value, why }];
    if (['ZodDate', 'ZodBigInt'].includes(typeName)) return rule(noKeyword);
    if (hasFlags(regex)) return rule(flags);
    if (kind === 'multipleOf') return json[kind] === value ? [] : rule(onlyOne);
    const format = kind === 'ip' ? version && `ip${version}` : formats3[kind];
    if (format && json['format'] !== format) return rule(onlyOne);
    if (format && /email|t?ime|duration/.test(kind)) return rule(narrower);
    return format || kind === 'ip' || (carried3.includes(kind) && position === undefined)
      ? []
      : rule(noKeyword);
  });
};
