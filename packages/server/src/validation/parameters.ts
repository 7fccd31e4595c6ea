/** Parameters that several endpoints have, and rules between them. */
import { invalidRequest } from '../http/errors.ts';
import type { Body, Parameters } from './body.ts';
import { type Check, decimal, either, flag, integer, list, object, record, text } from './checks.ts';

/** A name that a database can keep: no U+0000, no half of a surrogate pair. */
export const modelName = text({ min: 1, pattern: /^[^\0\p{Surrogate}]*$/u });

const anyText = text();

/** Where a picture is, or the picture itself. */
export const dataOrWebURL: Check = (value, path) => {
  anyText(value, path);
  if (/^(https?:\/\/\S|data:\S)/i.test(value as string)) return;
  const message = `Invalid '${path}'. Expected a base64-encoded data URL or an http(s) URL, but got a value without either scheme.`;
  throw invalidRequest(path, message, 'invalid_value');
};

const biases = record(decimal({ min: -100, max: 100 }));
const logitBias: Check = (value, path) => {
  biases(value, path);
  for (const key of Object.keys(value as object)) {
    if (/^\d{1,6}$/.test(key)) continue;
    const rule = `Invalid key in '${path}': '${key}'. Expected the id of a token, such as '50256'.`;
    throw invalidRequest(path, rule, 'invalid_value');
  }
};

/** How a model that writes should write, and how what it writes is sent. */
export const sampling: Parameters = {
  frequency_penalty: decimal({ min: -2, max: 2 }),
  logit_bias: logitBias,
  n: integer({ min: 1, max: 128 }),
  presence_penalty: decimal({ min: -2, max: 2 }),
  seed: integer({ min: -(2 ** 63), max: 2 ** 63 }),
  stop: either(
    { string: text({ min: 1 }), array: list(text({ min: 1 }), 'strings', { max: 4 }) },
    'one of a string or array of strings',
  ),
  stream: flag,
  stream_options: object({ include_obfuscation: flag, include_usage: flag }),
  temperature: decimal({ min: 0, max: 2 }),
  top_p: decimal({ min: 0, max: 1 }),
  user: text(),
};

/** `stream_options` needs `stream: true`. */
export function checkStreamOptions(body: Body): void {
  if (!present(body['stream_options']) || body['stream'] === true) return;
  const rule = "The 'stream_options' parameter is only allowed when 'stream' is enabled.";
  throw invalidRequest('stream_options', rule);
}

/** `null` is the same as leaving a parameter out. */
export const present = (value: unknown): boolean => value !== undefined && value !== null;
