/** Redacts values for the log: credentials become `[REDACTED]`; counts, messages and errors stay readable. */

import { define } from '../wire/put.ts';
import { typeName } from '../wire/type-name.ts';

const redacting: WeakSet<object> = /* @__PURE__ */ new WeakSet();

/**
 * `logger` behind a proxy that gives its log methods redacted copies of their arguments, when they are called; all
 * else is passed on. A proxy made here comes back as it is.
 */
export function redactingLogger<Logger extends object>(logger: Logger): Logger {
  if (redacting.has(logger)) return logger;
  // The target inherits from the logger, as a proxy may not change the methods of a frozen one.
  const proxy = new Proxy(Object.create(logger) as Logger, {
    get(target, name) {
      const method = (target as any)[name];
      if (typeof method !== 'function') return method;
      const isLog = /^(debug|info|warn|error|trace|log)$/.test(String(name));
      return (...args: unknown[]) => method.apply(logger, isLog ? args.map((arg) => redact(arg)) : args);
    },
  });
  redacting.add(proxy);
  return proxy;
}

const mask = '[REDACTED]';

/** Names, in lower case letters and digits, of what must not appear in a log. */
const credential =
  /authorization|cookie|session|signature|assertion|accesskey|(credential|token|secret|password|passwd|pwd|passphrase|(api|private|signing|encryption|subscription)key)s?$|^(auth|key|sig|sas|jwt|bearer)$/;

/** Counts of tokens: by name, or by value, as in `x-ratelimit-reset-tokens: 6m0s`. */
const countName =
  /(max|prompt|completion|total|reasoning|cached|audio|text|input|output|prediction|budget).*tokens$/;
const countValue = /^-?\d[\d.hms]*(?![\w.-])/;

function isCredential(name: unknown, value: unknown): boolean {
  if (typeof name !== 'string' || value == null) return false;
  const plain = name.toLowerCase().replace(/[^a-z\d]/g, '');
  const isCount = countName.test(plain) || (plain.endsWith('tokens') && countValue.test(String(value)));
  return credential.test(plain) && !isCount;
}

/** What follows the colon after a file name in a stack. */
const lineAndColumn = /^\d+:\d+\)?(?!.)/;

/** `text` without URL userinfo, bearer and `sk-` keys, and the values of `name=value` and `name: value` credentials. */
function redactText(text: string): string {
  text = text
    .replace(/:\/\/[^\s/?#@]{1,512}@/g, `://${mask}@`)
    .replace(/\b(Bearer\s+|sk-)[\w.~+/-]{8}[\w.~+/-]*=*/gi, `$1${mask}`);
  let result = '';
  let end = 0;
  const pair = /\b([\w.-]{1,64})\\?["']? {0,4}([:=]) {0,4}/g;
  for (let match = pair.exec(text); match; match = pair.exec(text)) {
    const start = pair.lastIndex;
    const near = text.slice(start, start + 40);
    if (lineAndColumn.test(near) || !isCredential(match[1], near)) continue;
    const value =
      match[2] === ':' ? /"(\\.|[^"\\])*"?|'(\\.|[^'\\])*'?|.*/y : /("[^"]*"?|'[^']*'?|[^\s&,;#"'])*/y;
    // Not of more, which could be too much for the stack.
    const { length } = value.exec(text.slice(start, start + 1e6))![0];
    if (!length) continue;
    const [quote] = /^["']?/.exec(near)!;
    result += text.slice(end, start) + quote + mask + quote;
    end = pair.lastIndex = start + (length < 9e5 ? length : Infinity);
  }
  return result + text.slice(end);
}

/**
 * A copy of `value` that a log may show: what is logged are plain objects, lists, headers and errors, so any other object is
 * shown by its type. `seen` has the copy of each object, which keeps cycles.
 */
function redact(value: unknown, seen: Map<object, unknown> = new Map()): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Object(value) !== value || value instanceof Date) return value;
  if (value instanceof Headers) value = Object.fromEntries(value);
  const source = value as Record<string, unknown>;
  if (seen.has(source)) return seen.get(source);
  const isError = source instanceof Error;
  const proto = Object.getPrototypeOf(source);
  if (!isError && !Array.isArray(source) && proto && Object.getPrototypeOf(proto)) return typeName(source);
  const copy = Array.isArray(source) ? [] : isError ? Object.create(proto) : {};
  seen.set(source, copy);
  const names = Object.keys(source);
  if (isError) names.push('name', 'message', 'stack', 'cause');
  for (const name of names) {
    const item = source[name];
    if (!isError || item !== undefined)
      define(copy, name, isCredential(name, item) ? mask : redact(item, seen));
  }
  return copy;
}
