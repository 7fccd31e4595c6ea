/** Strings that match a regular expression: a reader of the expression, and a writer of examples. */
import type { Random } from '../random.ts';

/** An expression as far as writing an example needs it. What only looks around writes nothing and is left to the check. */
type Node =
  | { kind: 'set'; some: readonly string[] }
  | { kind: 'sequence'; nodes: Node[]; group?: number | undefined }
  | { kind: 'choice'; options: Node[]; group?: number | undefined }
  | { kind: 'repeat'; node: Node; min: number; max: number }
  | { kind: 'same'; group: number };

/** Writes one example; repetitions without an end run to `stretch` over their minimum. `undefined` when it is too much to write. */
export type Writer = (random: Random, stretch: number) => string | undefined;

/** A writer of examples of `source`; `undefined` when it is written in a way this reader does not know. */
export function patternSampler(source: string): Writer | undefined {
  const tree = readable(source);
  if (!tree) return undefined;
  return (random, stretch) => {
    const writing = { random, stretch, groups: new Map(), visits: 0 };
    const text = write(tree, writing);
    return writing.visits > maxVisits ? undefined : text;
  };
}

/**
 * How many steps an engine that goes back may take over a text of some length, at worst: every way through what is
 * chosen or repeated a few times, for every way to share the text among the repetitions without an end.
 */
export function stepsOf(source: string): (length: number) => number {
  const tree = readable(source);
  const { ways, degree } = tree ? weigh(tree) : { ways: Infinity, degree: 0 };
  const starts = source.startsWith('^') && !source.includes('|') ? 0 : 1;
  return (length) => Math.min(ways * (length + 1) ** (degree + starts), 2 ** (length + 3));
}

interface Weight {
  ways: number;
  /** How many repetitions without an end compete for the text. */
  degree: number;
}

function weigh(node: Node): Weight {
  if (node.kind === 'set' || node.kind === 'same') return { ways: 1, degree: 0 };
  if (node.kind === 'repeat') {
    const { ways, degree } = weigh(node.node);
    const { min, max } = node;
    if (min === max) return { ways: ways ** max, degree: degree * max };
    const isEndless = max > 16;
    if (isEndless) return { ways: ways > 1 || degree > 0 ? Infinity : 1, degree: 1 };
    return { ways: ways ** max * (max - min + 1), degree: degree * max };
  }
  const weights = (node.kind === 'choice' ? node.options : node.nodes).map(weigh);
  if (node.kind === 'sequence')
    return {
      ways: weights.reduce((product, { ways }) => product * ways, 1),
      degree: weights.reduce((sum, { degree }) => sum + degree, 0),
    };
  return {
    ways: weights.reduce((sum, { ways }) => sum + ways, 0),
    degree: Math.max(...weights.map(({ degree }) => degree)),
  };
}

const known = new Map<string, Node | undefined>();

function readable(source: string): Node | undefined {
  if (source.length > maxPattern) return undefined;
  if (!known.has(source)) {
    if (known.size > 500) known.clear();
    known.set(source, readOrNot(source));
  }
  return known.get(source);
}

function readOrNot(source: string): Node | undefined {
  try {
    return readPattern(source);
  } catch (thrown) {
    if (thrown instanceof Unreadable) return undefined;
    throw thrown;
  }
}

/** Longer patterns are not read. */
export const maxPattern = 10_000;

/** Groups may be nested so deep; whatever walks a tree may then recurse. */
const maxDepth = 200;
const maxVisits = 50_000;

class Unreadable extends Error {}

interface Writing {
  random: Random;
  stretch: number;
  groups: Map<number, string>;
  /** Repetitions so far: nested ones that write nothing would never end. */
  visits: number;
}

/** The longest example has 20,000 characters. */
function write(node: Node, writing: Writing): string {
  const { random, stretch, groups } = writing;
  switch (node.kind) {
    case 'set':
      return random.pick(node.some);
    case 'same':
      return groups.get(node.group) ?? '';
    case 'repeat': {
      const count = random.integer(node.min, Math.min(node.max, node.min + stretch));
      let text = '';
      for (let index = 0; index < count && text.length < 20_000; index++) {
        if (++writing.visits > maxVisits) break;
        text += write(node.node, writing);
      }
      return text;
    }
    case 'choice':
    case 'sequence': {
      const parts = node.kind === 'choice' ? [random.pick(node.options)] : node.nodes;
      const text = parts.map((part) => write(part, writing)).join('');
      if (node.group !== undefined) groups.set(node.group, text);
      return text;
    }
  }
}

const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
const letters = printable.filter((character) => /[A-Za-z0-9]/.test(character));

/** Characters to write for a set: readable ones first, then any printable, then whatever the set itself names. */
function setOf(has: (character: string) => boolean, own: readonly string[] = []): Node {
  for (const candidates of [
    () => letters.filter(has),
    () => printable.filter(has),
    () => own,
    () => wide().filter(has),
  ]) {
    const some = candidates();
    if (some.length > 0) return { kind: 'set', some };
  }
  throw new Unreadable();
}

/** One character in sixteen of the basic plane, and some of the next. */
let wideSet: string[] | undefined;
const wide = (): string[] =>
  (wideSet ??= Array.from({ length: 8192 }, (_, index) => String.fromCodePoint(index * 17 + 0xa0)).filter(
    (character) => !/\p{Cs}/u.test(character),
  ));

const byName = (expression: RegExp): Node => setOf((character) => expression.test(character));

function readPattern(source: string): Node {
  const characters = [...source];
  let at = 0;
  let groups = 0;
  let depth = 0;
  const peek = (text: string): boolean => text === characters.slice(at, at + text.length).join('');
  const eat = (text: string): boolean => peek(text) && ((at += text.length), true);

  function choice(group?: number): Node {
    if (++depth > maxDepth) throw new Unreadable();
    const options = [sequence()];
    while (eat('|')) options.push(sequence());
    depth--;
    return { kind: 'choice', options, group };
  }

  function sequence(): Node {
    const nodes: Node[] = [];
    while (at < characters.length && !peek('|') && !peek(')')) {
      const node = atom();
      if (node) nodes.push(repeated(node));
    }
    return { kind: 'sequence', nodes };
  }

  function repeated(node: Node): Node {
    const [min, max] = quantifier();
    if (min === undefined || max === undefined) return node;
    eat('?');
    return { kind: 'repeat', node, min, max };
  }

  function quantifier(): [number?, number?] {
    if (eat('*')) return [0, Infinity];
    if (eat('+')) return [1, Infinity];
    if (eat('?')) return [0, 1];
    const [all, min, comma, max] = /^\{(\d+)(,?)(\d*)\}/.exec(characters.slice(at, at + 24).join('')) ?? [];
    if (all === undefined) return [];
    at += all.length;
    return [Number(min), comma ? (max ? Number(max) : Infinity) : Number(min)];
  }

  function atom(): Node | undefined {
    const character = characters[at++] as string;
    if (character === '^' || character === '$') return undefined;
    if (character === '.') return byName(/./u);
    if (character === '[') return set();
    if (character === '\\') return escape();
    if (character !== '(') return literal(character);
    const looksAround = eat('?=') || eat('?!') || eat('?<=') || eat('?<!');
    const name = !looksAround && /^\?<([^>]+)>/.exec(characters.slice(at, at + 80).join(''));
    if (name) at += [...name[0]].length;
    const plain = looksAround || eat('?:');
    if (!plain && !name && peek('?')) throw new Unreadable();
    const node = choice(plain ? undefined : ++groups);
    if (!eat(')')) throw new Unreadable();
    if (looksAround) {
      quantifier();
      return undefined;
    }
    return node;
  }

  function literal(character: string): Node {
    return { kind: 'set', some: [character] };
  }

  function escape(): Node | undefined {
    const character = characters[at] as string | undefined;
    if (character === undefined) throw new Unreadable();
    if (character === 'b' || character === 'B') return (at++, undefined);
    if (/[1-9]/.test(character)) {
      const digits = /^\d+/.exec(characters.slice(at, at + 4).join(''))?.[0] ?? '';
      at += digits.length;
      return { kind: 'same', group: Number(digits) };
    }
    if (character === 'k') throw new Unreadable();
    const one = escaped();
    return typeof one === 'string' ? literal(one) : byName(one);
  }

  /** What stands after a backslash, outside or inside brackets: a character, or a class of them. */
  function escaped(): string | RegExp {
    const character = characters[at++] as string;
    if (/[dDwWsS]/.test(character)) return new RegExp(`\\${character}`, 'u');
    const rest = characters.slice(at, at + 60).join('');
    const property = /[pP]/.test(character) && /^\{[^}]+\}/.exec(rest)?.[0];
    if (property) {
      at += property.length;
      return new RegExp(`\\${character}${property}`, 'u');
    }
    const code = /^u\{([0-9a-f]+)\}|^u([0-9a-f]{4})|^x([0-9a-f]{2})/i.exec(character + rest);
    if (code) {
      at += code[0].length - 1;
      return String.fromCodePoint(Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '', 16));
    }
    return Object.hasOwn(controls, character) ? (controls[character] as string) : character;
  }

  function set(): Node {
    const negated = eat('^');
    const classes: RegExp[] = [];
    const ranges: [number, number][] = [];
    while (!eat(']')) {
      if (at >= characters.length) throw new Unreadable();
      const first = member();
      if (typeof first !== 'string') {
        classes.push(first);
        continue;
      }
      const isRange = peek('-') && characters[at + 1] !== ']' && at + 1 < characters.length;
      if (!isRange) {
        ranges.push([codeOf(first), codeOf(first)]);
        continue;
      }
      at++;
      const last = member();
      if (typeof last === 'string') ranges.push([codeOf(first), codeOf(last)]);
      else {
        ranges.push([codeOf(first), codeOf(first)], [45, 45]);
        classes.push(last);
      }
    }
    const has = (character: string): boolean => {
      const code = codeOf(character);
      const inside =
        ranges.some(([low, high]) => code >= low && code <= high) ||
        classes.some((each) => each.test(character));
      return inside !== negated;
    };
    const own = negated
      ? []
      : ranges
          .flatMap(([low, high]) => [low, (low + high) >> 1, high])
          .map((code) => String.fromCodePoint(code));
    return setOf(has, own);
  }

  function member(): string | RegExp {
    const character = characters[at++] as string;
    if (character !== '\\') return character;
    if (at >= characters.length) throw new Unreadable();
    return eat('b') ? '\b' : escaped();
  }

  const tree = choice();
  if (at < characters.length) throw new Unreadable();
  return tree;
}

const controls: Record<string, string> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', 0: '\0' };
const codeOf = (character: string): number => character.codePointAt(0) ?? 0;
