/** Creates the `Authorization` header of a request: from a key, or from a function that resolves with one. */

import { OpenAIError, textOf } from '../errors/openai-error.ts';
import { buildHeaders } from './headers.ts';
import type { NullableHeaders } from './headers.ts';
import type { ApiKeySetter } from './options.ts';

export function authorization(key: string | null): NullableHeaders | undefined {
  return key ? buildHeaders([{ Authorization: `Bearer ${key}` }]) : undefined;
}

/** Throws an OpenAIError unless `setter` resolves with a key; an OpenAIError that it throws passes unchanged. */
export async function askForKey(setter: ApiKeySetter): Promise<string> {
  let key: unknown;
  try {
    key = await setter();
  } catch (cause) {
    if (cause instanceof OpenAIError) throw cause;
    throw new OpenAIError(`Failed to get token from 'apiKey' function: ${textOf(cause)}`, {
      cause,
    });
  }
  if (key && typeof key === 'string') return key;
  throw new OpenAIError(`Expected 'apiKey' function argument to return a string but it returned ${key}`);
}

/** Throws unless the headers have credentials, or have a null where credentials would be. */
export function checkAuthorization({ values, nulls }: NullableHeaders): void {
  for (const name of ['authorization', 'api-key']) if (values.get(name) || nulls.has(name)) return;
  throw new Error(
    'Could not resolve authentication method. Expected either apiKey or adminAPIKey to be set. Or for one of the "Authorization" or "api-key" headers to be explicitly omitted',
  );
}
