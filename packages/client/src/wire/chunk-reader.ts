/**
 * `JSON.parse` for a run of texts that repeat each other except inside some strings: the chunks of one completion
 * differ in `delta.content` or a tool call's `arguments`, and perhaps in padding or an id. Any other run is served
 * by `JSON.parse` itself, at nearly its cost.
 */

/** A container of the template, and where its own containers and changing strings go. */
interface Plan {
  base: Record<string, unknown> | unknown[];
  slots: [key: string | number, from: Plan | number][];
}

/** Longer texts are not worth learning from. */
const longestTemplate = 4_096;
const mostHoles = 8;
const deepest = 64;

/** What a string may hold unescaped. At most 12 units, so that a slice is a copy and does not keep the input alive. */
const plain = /^[ !#-[\]-\uffff]{0,12}$/;
const tokens = /"(?:[^"\\]|\\.)*"|[^"]+/g;

/**
 * A function equal to `JSON.parse` on every text, valid or not, to be used for one stream.
 *
 * Two texts that differ only inside string values make a template: the literal pieces around those strings, and a
 * plan to build the value. A later text made of the same pieces is read by comparing the pieces and decoding the
 * strings between them. That is exact, because the rest of the text is the same sequence of JSON tokens, and what is
 * between is checked to be one string each. Every value is built afresh; nothing in it is shared with another.
 */
export function chunkReader(): (text: string) => unknown {
  let template: { pieces: string[]; plan: Plan } | undefined;
  let last = '';
  let misses = 0;

  return (text) => {
    const strings = template && stringsBetween(template.pieces, text);
    if (strings) {
      misses = 0;
      return build(template!.plan, strings);
    }
    const value: unknown = JSON.parse(text);
    // Learning costs as much as parsing, so a run that keeps missing tries at its 1st, 2nd, 4th, 8th ... miss only.
    if ((++misses & (misses - 1)) === 0) template = learn(last, text) ?? template;
    last = text;
    return value;
  };
}

/** The decoded strings between the pieces, or undefined when the text is not made of them. */
function stringsBetween(pieces: string[], text: string): string[] | undefined {
  const strings: string[] = [];
  const final = pieces.length - 1;
  const rest = text.length - pieces[final]!.length;
  let at = pieces[0]!.length;
  // Comparing slices is twice as fast as `startsWith`.
  if (rest < at || text.slice(0, at) !== pieces[0] || text.slice(rest) !== pieces[final]) return undefined;
  for (let i = 1; i <= final; i++) {
    const end = i < final ? text.indexOf(pieces[i]!, at) : rest;
    if (end < at) return undefined;
    const between = text.slice(at, end);
    if (plain.test(between)) strings.push(between);
    else {
      try {
        strings.push(JSON.parse(`"${between}"`) as string);
      } catch {
        return undefined;
      }
    }
    at = end + pieces[i]!.length;
  }
  return strings;
}

function build({ base, slots }: Plan, strings: string[]): unknown {
  const copy = (Array.isArray(base) ? base.slice() : { ...base }) as Record<string | number, unknown>;
  for (const [key, from] of slots)
    copy[key] = typeof from === 'number' ? strings[from] : build(from, strings);
  return copy;
}

/** A template from two texts that parse, or undefined when they differ in more than the strings in them. */
function learn(before: string, text: string): { pieces: string[]; plan: Plan } | undefined {
  if (text.length > longestTemplate || before.length > longestTemplate) return undefined;
  const old = before.match(tokens) ?? [];
  const now = text.match(tokens)!;
  if (old.length !== now.length) return undefined;

  // Each changing string is replaced by one longer than any the text can hold, so its place in the value is certain.
  let holes = 0;
  for (const [i, token] of now.entries()) {
    if (token === old[i]) continue;
    if (token[0] !== '"' || old[i]![0] !== '"' || ++holes > mostHoles) return undefined;
    now[i] = `"${' '.repeat(text.length + holes)}"`;
  }
  if (!holes) return undefined;
  const marked = now.join('');

  let found = 0;
  const plan = (base: Plan['base'], depth = 0): Plan => {
    const slots: Plan['slots'] = [];
    for (const [name, value] of Object.entries(base) as [string, unknown][]) {
      const key = Array.isArray(base) ? Number(name) : name;
      // Writing `__proto__` would set the prototype: that is left to JSON.parse, and so is what nests too deep.
      if (key === '__proto__' || depth > deepest) found = NaN;
      else if (typeof value === 'string' && value.length > text.length) {
        slots.push([key, value.length - text.length - 1]);
        found++;
      } else if (typeof value === 'object' && value)
        slots.push([key, plan(value as Plan['base'], depth + 1)]);
    }
    return { base, slots };
  };
  const root: unknown = JSON.parse(marked);
  if (typeof root !== 'object' || !root) return undefined;
  const whole = plan(root as Plan['base']);
  // A string that was a key, or belongs to a key written twice, has no place of its own.
  return found === holes
    ? { pieces: marked.split(new RegExp(` {${text.length},}`)), plan: whole }
    : undefined;
}
