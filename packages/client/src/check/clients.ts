/** Finds where the code of a file uses a client. Follows it through variables, fields, functions and destructuring. */

import { absentMethods, absentResources } from '../resources/absent-table.ts';
import { importsOf } from './imports.ts';
import type { Bound } from './imports.ts';
import { afterBracket, classNames, isName, isSign, namesInBraces } from './names.ts';
import type { Meaning } from './names.ts';
import type { Token } from './tokens.ts';

/** One use of a client, or of a class as a namespace: then the path starts with a capital. */
export interface Use {
  path: string[];
  line: number;
  /** A call whose arguments say `stream: true`. */
  streams: boolean;
  /** What is used could not be followed to a client, but only a client has such a path. */
  guessed?: boolean;
}

interface Found {
  meaning: Meaning & { path: string[] };
  /** The index behind it. */
  end: number;
}

const methods = new Set(absentMethods.split(','));

/** The part of a path that only a client of `openai` has: `responses.create` of `services.ai.responses.create`. */
function pathOfClient(path: readonly string[]): string[] | undefined {
  const start = path.findIndex((name, at) => {
    const next = path[at + 1];
    if (next === undefined || !at) return false;
    if (name === 'chat') return next === 'completions';
    const inner = Object.hasOwn(absentResources, name) && absentResources[name];
    return (
      inner !== false && path.length > at + 1 && (methods.has(next) || Object.hasOwn(Object(inner), next))
    );
  });
  return start < 0 ? undefined : path.slice(start);
}

const root = /^openai(\/(index|client|azure|core)(\.m?js)?)?$/;

/** A file as far as it is read. Names mean the same everywhere in it: nothing here knows of scopes. */
export class Source {
  readonly imports: Bound[];
  /** Exported names and what they mean; `default` is one. */
  readonly exports: Map<string, Meaning> = new Map();
  readonly #tokens: readonly Token[];
  readonly #names = new Map<string, Meaning>();
  /** The names of fields that hold a client, in any object. */
  readonly #fields = new Map<string, Meaning>();
  /** For each token where the next `stream: true` begins. */
  readonly #streaming: number[] = [];
  #uses: Use[] = [];
  /** The tokens at which a chain that leads from a client begins. */
  #followed = new Set<number>();

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    let next = Infinity;
    for (let at = tokens.length - 1; at >= 0; at--) {
      if (isName(tokens[at], 'stream') && isSign(tokens[at + 1], ':') && isName(tokens[at + 2], 'true'))
        next = at;
      this.#streaming[at] = next;
    }
    this.imports = importsOf(tokens);
    for (const { specifier, bound, names, exported } of this.imports) {
      if (!root.test(specifier)) continue;
      for (const [here, outside] of Object.entries(bound)) this.#import(here, outside, exported);
      if (exported)
        for (const name of names) if (classNames.test(name)) this.exports.set(name, { what: 'class' });
    }
  }

  #import(here: string, outside: string, exported: boolean): void {
    const what = outside === '*' ? 'module' : classNames.test(outside) ? 'class' : undefined;
    if (what) (exported ? this.exports : this.#names).set(here, { what });
  }

  /** Takes over what another file exports under `outside`. */
  learn(here: string, meaning: Meaning, exported: boolean): void {
    if (exported) this.exports.set(here, meaning);
    else this.#names.set(here, meaning);
  }

  /** The uses, with all names known so far. Variables may be read above the line that sets them, so it looks twice. */
  read(): Use[] {
    for (let round = 0; round < 2; round++) {
      this.#uses = [];
      this.#followed.clear();
      for (let at = 0; at < this.#tokens.length; at++) this.#look(at);
    }
    return [...this.#uses, ...this.#guesses()];
  }

  /** Calls on objects that could not be followed, in files that import `openai`. */
  #guesses(): Use[] {
    if (!this.imports.some(({ specifier }) => /^openai(\/|$)/.test(specifier))) return [];
    const found: Use[] = [];
    this.#tokens.forEach((token, first) => {
      const before = this.#tokens[first - 1];
      if (token.kind !== 'name' || isSign(before, '.') || isSign(before, '?.')) return;
      const { path, end, at } = this.#members(first);
      if (!isSign(this.#tokens[end], '(') || at.some((index) => this.#followed.has(index))) return;
      const known = pathOfClient(path);
      if (known) found.push({ path: known, line: token.line, streams: this.#streams(end), guessed: true });
    });
    return found;
  }

  /** The names of `a.b?.c`, and the tokens they are. */
  #members(first: number): { path: string[]; at: number[]; end: number } {
    const at = [first];
    let end = first + 1;
    for (;;) {
      while (isSign(this.#tokens[end], '!')) end++;
      if (!isSign(this.#tokens[end], '.') && !isSign(this.#tokens[end], '?.')) break;
      if (!isName(this.#tokens[end + 1])) break;
      at.push(end + 1);
      end += 2;
    }
    return { path: at.map((index) => this.#tokens[index]!.text), at, end };
  }

  #look(at: number): void {
    const tokens = this.#tokens;
    const token = tokens[at]!;
    if (token.kind !== 'name') return;
    if (token.text === 'extends' && this.#isClass(at + 1)) {
      const name = tokens[at - 1];
      if (name?.kind === 'name') this.#names.set(name.text, { what: 'class' });
    } else if (token.text === 'export') this.#export(at);
    const found = this.#expression(at);
    if (found) {
      this.#followed.add(at);
      this.#bind(at, found);
    }
    if (!found && this.#isClass(at) && !isSign(tokens[at - 1], '.')) this.#annotation(at);
  }

  /** `client: OpenAI`, of a parameter, field or variable; `OpenAI.Images` as a type or static. */
  #annotation(at: number): void {
    const tokens = this.#tokens;
    const inner = isSign(tokens[at + 1], '.') ? tokens[at + 2]!.text : '';
    if (/^[A-Z]/.test(inner) && !classNames.test(inner))
      this.#uses.push({ path: [inner], line: tokens[at]!.line, streams: false });
    else if (isSign(tokens[at - 1], ':')) {
      const name = tokens[isSign(tokens[at - 2], '?') || isSign(tokens[at - 2], '!') ? at - 3 : at - 2];
      if (name?.kind === 'name') this.#hold(name.text, { what: 'client', path: [] });
    }
  }

  #hold(name: string, meaning: Meaning): void {
    this.#names.set(name, meaning);
    this.#fields.set(name, meaning);
  }

  #isClass(at: number): boolean {
    const token = this.#tokens[at];
    const what = token?.kind === 'name' ? this.#names.get(token.text)?.what : undefined;
    return what === 'class' || what === 'module';
  }

  /** A client, or something below one, that begins at a token; with everything that is read from it. */
  #expression(at: number): Found | undefined {
    const tokens = this.#tokens;
    const { text } = tokens[at]!;
    const isMember = isSign(tokens[at - 1], '.') || isSign(tokens[at - 1], '?.');
    if (text === 'new' && this.#isClass(at + 1)) {
      let end = at + 2;
      while (isSign(tokens[end], '.') && classNames.test(tokens[end + 1]?.text ?? '')) end += 2;
      if (!isSign(tokens[end], '(')) return undefined;
      return this.#chain([], afterBracket(tokens, end), at);
    }
    // The name of a property or of a parameter is no use.
    if (isSign(tokens[at + 1], ':') && !isSign(tokens[at - 1], '?')) return undefined;
    const meaning = (isMember ? this.#fields : this.#names).get(text);
    if (meaning?.what === 'makes' && isSign(tokens[at + 1], '('))
      return this.#chain(meaning.path, afterBracket(tokens, at + 1), at);
    if (meaning?.what !== 'client' || isName(tokens[at - 1], 'function')) return undefined;
    return this.#chain(meaning.path, at + 1, at);
  }

  /** Reads on through members and calls of `withOptions`; the path ends with the first other call. */
  #chain(start: readonly string[], from: number, first: number): Found {
    const tokens = this.#tokens;
    const path = [...start];
    let end = from;
    for (;;) {
      while (isSign(tokens[end], '!') || (isSign(tokens[end], ')') && isName(tokens[first - 1], 'await')))
        end++;
      const isDot = isSign(tokens[end], '.') || isSign(tokens[end], '?.');
      if (isDot && isName(tokens[end + 1])) {
        if (isSign(tokens[end + 2], '(') && tokens[end + 1]!.text === 'withOptions')
          end = afterBracket(tokens, end + 2);
        else {
          path.push(tokens[end + 1]!.text);
          end += 2;
        }
      } else if (
        isSign(tokens[end], '[') &&
        tokens[end + 1]?.kind === 'string' &&
        isSign(tokens[end + 2], ']')
      ) {
        path.push(tokens[end + 1]!.text);
        end += 3;
      } else break;
    }
    const streams = isSign(tokens[end], '(') && this.#streams(end);
    if (path.length > start.length) this.#uses.push({ path, line: tokens[first]!.line, streams });
    return { meaning: { what: 'client', path }, end };
  }

  /** Whether the arguments of a call contain `stream: true`. */
  #streams(open: number): boolean {
    const next = this.#streaming[open];
    return next !== undefined && next < afterBracket(this.#tokens, open);
  }

  /** Gives the expression's meaning to what it is assigned to, or returned from. */
  #bind(first: number, { meaning, end }: Found): void {
    const tokens = this.#tokens;
    // The result of a call is no longer a client.
    if (isSign(tokens[end], '(')) return;
    let at = first - 1;
    if (isSign(tokens[at], '.') && isName(tokens[at - 1])) at -= 2; // this.client
    while (isName(tokens[at], 'await') || isSign(tokens[at], '(')) {
      at--;
      // A function that wraps the client and gives back one like it.
      if (isSign(tokens[at + 1], '(') && isName(tokens[at]) && !isName(tokens[at], 'return'))
        while (isName(tokens[at]) && !isName(tokens[at], 'await')) at -= isSign(tokens[at - 1], '.') ? 2 : 1;
    }
    if (isName(tokens[at], 'return') || isSign(tokens[at], '=>')) {
      const name = this.#functionAround(at);
      if (name) this.#hold(name, { ...meaning, what: 'makes' });
    } else if (isName(tokens[at], 'default')) this.exports.set('default', meaning);
    else if (isSign(tokens[at], ':')) {
      const name = tokens[at - 1];
      if (name?.kind === 'name') this.#fields.set(name.text, meaning);
    } else if (isSign(tokens[at], '=')) this.#assign(at, meaning);
  }

  #assign(at: number, meaning: Meaning & { path: string[] }): void {
    const tokens = this.#tokens;
    let target = at - 1;
    if (isSign(tokens[target], '?') || isSign(tokens[target], '|'))
      while (tokens[target]?.kind === 'sign') target--; // ??= ||=
    if (isSign(tokens[target], '}')) {
      for (let open = target, depth = 0; open >= 0; open--) {
        if (isSign(tokens[open], '}')) depth++;
        if (!isSign(tokens[open], '{') || --depth) continue;
        for (const [outside, here, line] of namesInBraces(tokens, open)) {
          const path = [...meaning.path, outside];
          this.#uses.push({ path, line, streams: false });
          if (here) this.#names.set(here, { what: 'client', path });
        }
        return;
      }
    }
    const name = tokens[target];
    if (name?.kind !== 'name') return;
    if (isSign(tokens[target - 1], '.')) this.#fields.set(name.text, meaning);
    else if (/^(const|let|var)$/.test(tokens[target - 1]?.text ?? '')) this.#names.set(name.text, meaning);
    else this.#hold(name.text, meaning);
  }

  /** The name of the function that a `return` or an arrow belongs to. */
  #functionAround(from: number): string | undefined {
    const tokens = this.#tokens;
    let at = from;
    if (!isSign(tokens[at], '=>')) {
      let depth = 0;
      for (at--; at >= 0; at--) {
        if (isSign(tokens[at], '}')) depth++;
        if (!isSign(tokens[at], '{') || depth-- > 0) continue;
        depth = 0;
        const head = this.#headBefore(at);
        if (head !== undefined) return head || undefined;
      }
      return undefined;
    }
    return this.#headBefore(at + 1) || undefined;
  }

  /** The name of the function whose body opens at a brace; `''` when it has none, undefined when it is no function. */
  #headBefore(brace: number): string | undefined {
    const tokens = this.#tokens;
    let at = brace - 1;
    const isArrow = isSign(tokens[at], '=>');
    if (isArrow) at--;
    // A return type: back to the parenthesis before it.
    for (
      let steps = 0;
      steps < 12 && !isSign(tokens[at], ')') && /^[\w$.<>|[\]:]+$/.test(tokens[at]?.text ?? '{');
      steps++
    )
      at--;
    if (!isSign(tokens[at], ')')) return isArrow ? '' : undefined;
    for (let depth = 0; at >= 0; at--) {
      if (isSign(tokens[at], ')')) depth++;
      if (isSign(tokens[at], '(') && --depth === 0) break;
    }
    at--;
    if (isArrow) {
      if (isName(tokens[at], 'async')) at--;
      return isSign(tokens[at], '=') && isName(tokens[at - 1]) ? tokens[at - 1]!.text : '';
    }
    const name = tokens[at]?.text ?? '';
    if (/^(if|for|while|switch|catch|with)$/.test(name)) return undefined;
    return tokens[at]?.kind === 'name' && name !== 'function' ? name : '';
  }

  /** `export { a as b }`, `export const a`, `export default a`, `module.exports = ...` are read as far as names go. */
  #export(at: number): void {
    const tokens = this.#tokens;
    const next = tokens[at + 1];
    const set = (outside: string, here: string): void => {
      const meaning = this.#names.get(here);
      if (meaning) this.exports.set(outside, meaning);
    };
    if (isSign(next, '{'))
      for (const [here, outside] of namesInBraces(tokens, at + 1)) set(outside || here, here);
    else if (/^(const|let|var|function|class)$/.test(next?.text ?? ''))
      set(tokens[at + 2]!.text, tokens[at + 2]!.text);
    else if (isName(next, 'async')) set(tokens[at + 3]!.text, tokens[at + 3]!.text);
    else if (isName(next, 'default')) set('default', tokens[at + 2]!.text);
  }
}
