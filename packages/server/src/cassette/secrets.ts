/**
 * Removes credentials from recordings. Handles two kinds: those of the exchange itself, wherever they occur, and strings
 * that look like credentials.
 */

import type { Sliced } from '../slices.ts';
import { deepest, TooDeep } from './recording.ts';

export const redacted = '[REDACTED]';

/** Credentials shorter than this, such as `any` or `ollama`, are placeholders, which ordinary text may contain. */
const shortest = 8;

/** What names a credential in the query of a URL, alone or after other words: `X-Amz-Signature`. */
const parameters = 'api[-_]?key|token|secret|signature|credential|password';

/**
 * The start of a run of word characters that has a digit: random text has one, ordinary words after the same prefix do not.
 * Only the start is tried, so that a text of many prefixes takes no longer than another.
 */
const runStart = String.raw`(?<![\w-])(?=[\w-]{0,8192}\d)`;

/** Texts that are credentials by their look, each with its issuer. Repetitions have bounds: V8 needs stack for each. */
const patterns: [issuer: string, pattern: string][] = [
  ['OpenAI, Anthropic, OpenRouter, DeepSeek, Stripe', String.raw`${runStart}[spr]k[-_][\w-]{16,8192}`],
  ['Groq, xAI, Perplexity, Replicate, Hugging Face', String.raw`\b(?:gsk_|xai-|pplx-|r8_|hf_)\w{16,8192}`],
  ['NVIDIA, Fireworks, Cerebras', String.raw`${runStart}(?:nvapi|fw|csk)[-_][\w-]{16,8192}`],
  ['Google', String.raw`\b(?:AIza|ya29\.)[\w-]{20,8192}`],
  [
    'GitHub, GitLab, Slack, npm',
    String.raw`\b(?:gh[opsur]_|github_pat_|glpat-|xox[a-z]-|npm_)[\w-]{16,8192}`,
  ],
  ['AWS', String.raw`\b(?:AKIA|ASIA)[A-Z\d]{16}\b`],
  ['JSON Web Tokens', String.raw`(?<![\w-])eyJ[\w-]{8,8192}\.[\w-]{4,8192}\.[\w-]{0,8192}`],
  ['PEM keys', String.raw`-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]{1,8192}`],
  ['authorization headers', String.raw`(?<=\b(?:Bearer|Basic)\s)(?=[\w+/.~=-]{0,8192}\d)[\w+/.~=-]{8,8192}`],
  ['user names and passwords in URLs', String.raw`(?<=:\/\/)[^\s/?#@"'\\]{1,8192}(?=@)`],
  [
    'parameters of URLs',
    String.raw`(?<=[?&](?:[\w-]*(?:${anyCase(parameters)})|key|sig)=)[^&\s#"'\\<>]{1,8192}`,
  ],
];
const looksLikeSecret = patterns.map(([, pattern]) => pattern).join('|');

/** Names of request headers that may hold a credential. */
const credentialHeader = /auth|cookie|credential|key|passw|secret|session|signature|token/i;

/** Names of fields in a body whose text is a credential. Not `token`, which is a part of log probabilities. */
const credentialField =
  /^(?:[\w-]+[-_])?(?:authorization|cookie|credentials?|passw(?:or)?d|secret|(?:api|access|private|secret)[-_]?key|(?:access|auth|bearer|refresh|security|session)[-_]?token)$/i;

/** The credentials among headers: a token without its scheme, and each cookie. */
export function credentialsIn(headers: Iterable<[string, string]>): string[] {
  return [...headers]
    .filter(([name]) => credentialHeader.test(name))
    .flatMap(([, value]) => [
      value,
      ...value.split(/[;,\s]+/).flatMap((part) => [part, part.replace(/^[^=]*=/, '')]),
    ]);
}

/** The credentials in a URL: user name, password and the values of its query. */
export function credentialsOf(url: URL): string[] {
  const { username, password, searchParams } = url;
  return [username, password].map(decoded).concat(username, password, ...searchParams.values());
}

/** Characters that are searched at once, and how many more are looked at: a credential and what follows it are no longer. */
const stretch = 2 ** 18;
const longest = 2 ** 15;

/** Replaces credentials by `[REDACTED]`. The same texts and credentials give the same result. */
export class Secrets {
  readonly #pattern: RegExp;
  readonly #margin: number;

  /** `known` are the credentials of the exchange at hand; those shorter than 8 characters are left alone. */
  constructor(known: Iterable<string> = []) {
    const spellings = [...new Set(known)]
      .filter((secret) => secret.length >= shortest)
      .toSorted((a, b) => b.length - a.length)
      .flatMap(spellingsOf);
    this.#pattern = new RegExp([...spellings, looksLikeSecret].join('|'), 'g');
    this.#margin = longest + 2 * Math.max(0, ...spellings.map(({ length }) => length));
  }

  /** `text` without credentials. */
  *text(text: string): Sliced<string> {
    if (text.length <= stretch) return text.replaceAll(this.#pattern, redacted);
    let clean = '';
    let copied = 0;
    for (let from = 0; from < text.length;) {
      const end = from + stretch;
      this.#pattern.lastIndex = from;
      const found = this.#pattern.exec(text.slice(0, end + this.#margin));
      // One that begins in the margin could be cut by its end: the next stretch has it whole.
      if (found && found.index < end) {
        clean += text.slice(copied, found.index) + redacted;
        copied = from = found.index + found[0].length;
      } else from = end;
      yield;
    }
    return clean + text.slice(copied);
  }

  /** A JSON value whose texts and names have no credentials, and whose fields with the name of a credential have no text.
   * Throws {@link TooDeep}. */
  *value(value: unknown, depth = 0): Sliced<unknown> {
    if (typeof value === 'string') return yield* this.text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth >= deepest) throw new TooDeep();
    yield;
    if (Array.isArray(value)) {
      const items: unknown[] = [];
      for (const item of value) items.push(yield* this.value(item, depth + 1));
      return items;
    }
    const entries: [string, unknown][] = [];
    for (const [name, field] of Object.entries(value)) {
      const isCredential = typeof field === 'string' && credentialField.test(name);
      const clean = isCredential ? redacted : yield* this.value(field, depth + 1);
      entries.push([yield* this.text(name), clean]);
    }
    return Object.fromEntries(entries);
  }

  /** Bytes without credentials. What is not UTF-8 stays as it is around them. */
  *bytes(bytes: Uint8Array): Sliced<Uint8Array> {
    const binary = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    const clean = yield* this.text(binary);
    return clean === binary ? bytes : Buffer.from(clean, 'latin1');
  }
}

/** Patterns for a credential in text, in JSON at any depth, in a URL, and as bytes that were read as Latin-1. */
function spellingsOf(secret: string): string[] {
  const inURL = encodeURIComponent(secret.replaceAll(/\p{Surrogate}/gu, ''));
  const spellings = new Set([secret, inURL, Buffer.from(secret).toString('latin1')]);
  return [...spellings].map((text) =>
    text
      .split(/(\\)/)
      .map((part) => (part === '\\' ? String.raw`\\+` : escaped(part)))
      .join(''),
  );
}

/** JSON puts backslashes in front of quotes, one more at each depth, and may do so in front of slashes. */
function escaped(text: string): string {
  return text.replaceAll(/[\^$.*+?()[\]{}|-]/g, String.raw`\$&`).replaceAll(/["/]/g, String.raw`\\*$&`);
}

/** A pattern of lower-case letters for text in upper and lower case. */
function anyCase(pattern: string): string {
  return pattern.replaceAll(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
