/**
 * Why a text is no regular expression as the API reads them: those of Rust, which look neither around nor back. Only what
 * is surely wrong is found: names of classes are not looked up, and an expression in verbose mode is taken as it is.
 */

/**
 * What is wrong, completing "it is no regular expression: …"; `undefined` when nothing is. Where repetitions must be
 * `greedy`, one that is lazy is wrong.
 */
export function regexFault(source: string, greedy = false): string | undefined {
  if (/\(\?[a-zA-Z]*x/.test(source)) return undefined;
  const reader: Reader = { source, at: 0, depth: 0, hasOperand: false, greedy };
  while (reader.at < source.length) {
    const fault = readOne(reader);
    if (fault !== undefined) return fault;
  }
  return reader.depth > 0 ? 'a group is not closed' : undefined;
}

interface Reader {
  readonly source: string;
  at: number;
  /** Groups that are open. */
  depth: number;
  /** Whether there is something before `at` that could be repeated. */
  hasOperand: boolean;
  readonly greedy: boolean;
}

/** Reads on behind the next item. */
function readOne(reader: Reader): string | undefined {
  const character = reader.source[reader.at] as string;
  const read = Object.hasOwn(special, character) ? special[character] : undefined;
  if (read) return read(reader);
  reader.at++;
  reader.hasOperand = true;
  return undefined;
}

const special: Record<string, (reader: Reader) => string | undefined> = {
  '(': openGroup,
  ')': closeGroup,
  '[': readClass,
  '\\': readEscape,
  '*': repeat,
  '+': repeat,
  '?': repeat,
  '{': repeat,
  '|': (reader) => {
    reader.at++;
    reader.hasOperand = false;
    return undefined;
  },
};

/** Reads what `form` matches at the place of the reader. */
function take(reader: Reader, form: RegExp): RegExpExecArray | undefined {
  form.lastIndex = reader.at;
  const found = form.exec(reader.source) ?? undefined;
  if (found) reader.at += found[0].length;
  return found;
}

function openGroup(reader: Reader): string | undefined {
  if (take(reader, /\(\?<?[=!]/y)) return 'look-around is not supported';
  reader.hasOperand = false;
  // `(?i)` sets flags for what follows and opens nothing.
  if (take(reader, /\(\?[imsUuR-]+\)/y)) return undefined;
  if (!take(reader, /\((?!\?)|\(\?(?:[imsUuR-]*:|P?<[\p{L}_][\p{L}\p{N}_.[\]]*>)/uy)) {
    return `there is no group that begins with '${reader.source.slice(reader.at, reader.at + 3)}'`;
  }
  reader.depth++;
  return undefined;
}

function closeGroup(reader: Reader): string | undefined {
  if (reader.depth === 0) return 'a group is closed that was not opened';
  reader.depth--;
  reader.at++;
  reader.hasOperand = true;
  return undefined;
}

/** `*`, `+`, `?` or `{1,2}`, and a `?` behind it. */
function repeat(reader: Reader): string | undefined {
  if (!reader.hasOperand) return `there is nothing to repeat before '${reader.source[reader.at]}'`;
  const found = take(reader, /[*+?]\??|\{\s*(?:(\d+)\s*(?:,\s*(?:(\d+)\s*)?)?|,\s*\d+\s*)\}\??/y);
  if (!found) return "a '{' that is not escaped counts repetitions, as in {2} or {1,3}";
  const [text, min, max] = found;
  if (reader.greedy && /.\?$/.test(text)) return `a lazy repetition, as '${text}' is, is not supported`;
  return min && max && Number(min) > Number(max) ? `{${min},${max}} counts backwards` : undefined;
}

const escapes =
  /\\(?:x\{[0-9a-f]+\}|x[0-9a-f]{2}|u\{[0-9a-f]+\}|u[0-9a-f]{4}|U\{[0-9a-f]+\}|U[0-9a-f]{8}|p\{[^}]+\}|p[a-z]|b\{[a-z-]+\}|[dswbaznftrv]|[ -/:-@[-`{-~])/iy;
/** Those that `escapes`, which does not mind capitals, must not let pass. */
const notEscapes = /\\(?:X[0-9a-f{]|[ZNFTRV])/y;

function readEscape(reader: Reader): string | undefined {
  const shown = reader.source.slice(reader.at, reader.at + 2);
  if (/\\[1-9k]/.test(shown)) return `looking back at a group, as '${shown}' does, is not supported`;
  notEscapes.lastIndex = reader.at;
  if (notEscapes.test(reader.source) || !take(reader, escapes)) return `there is no escape '${shown}'`;
  reader.hasOperand = true;
  return undefined;
}

/** A class in brackets, which may hold others: `[a-z]`, `[[:alpha:]_]`, `[\w--\d]`. */
function readClass(reader: Reader): string | undefined {
  const { source } = reader;
  let depth = 0;
  let previous: string | undefined;
  while (reader.at < source.length) {
    if (take(reader, /\[\^?-*\]?/y)) {
      depth++;
      previous = undefined;
    } else if (take(reader, /\]/y)) {
      previous = undefined;
      if (--depth > 0) continue;
      reader.hasOperand = true;
      return undefined;
    } else if (source[reader.at] === '\\') {
      const fault = readEscape(reader);
      if (fault !== undefined) return fault;
      previous = undefined;
    } else {
      const range = take(reader, /-([^\\[\]-])/uy);
      if (range && previous !== undefined && (range[1] as string) < previous) {
        return `the range ${previous}-${range[1]} runs backwards`;
      }
      previous = range ? undefined : take(reader, /[^]/uy)?.[0];
    }
  }
  return 'a class is not closed';
}
