/** The fields that are read from a request for an upstream. The upstream validates all others. */
import type { StoreMode } from '../config.ts';
import { metadata } from '../completion/rules.ts';
import { invalidRequest } from '../http/errors.ts';
import { inSlices } from '../slices.ts';
import { type Check, checkFields, flag, isRecord, list, required } from '../validation/checks.ts';
import { modelName, present } from '../validation/parameters.ts';
import { edited, type Edit } from './members.ts';

/** A request for an upstream. */
export interface Asked {
  /** Below the base URL: `/chat/completions`. */
  path: string;
  /** The body as it was sent. */
  bytes: Uint8Array;
  body: Record<string, unknown>;
  /** Undefined where the endpoint has a default model and the request names none. */
  model: string | undefined;
  /** Whether the completion is to be kept. */
  store: boolean;
}

const chatCompletions = '/chat/completions';
/** The only endpoint whose `model` may be left out. */
const moderations = '/moderations';

const anyItem: Check = () => undefined;

const chatFields: Record<string, Check> = {
  model: required(modelName),
  messages: required(list(anyItem, 'objects')),
  store: flag,
  metadata,
};

const fieldsOf = (path: string): Record<string, Check> => {
  if (path === chatCompletions) return chatFields;
  return { model: path === moderations ? modelName : required(modelName) };
};

/**
 * `stores` is which chat completions are kept. Throws an `ApiError` when one of the fields that this server reads is not as it
 * should be.
 */
export function readAsked(
  path: string,
  body: unknown,
  bytes: Uint8Array,
  stores: StoreMode = 'asked',
): Asked {
  if (!isRecord(body)) throw invalidRequest(null, 'The body of your request must be a JSON object.');
  checkFields(body, '', Object.entries(fieldsOf(path)));
  const { model, store } = body as { model?: string | null; store?: boolean | null };
  return {
    path,
    bytes,
    body,
    model: model ?? undefined,
    store: path === chatCompletions && (store === true || stores === 'all'),
  };
}

/**
 * The bytes for an upstream that calls the model `model`. `stores` is whether it knows `store` and `metadata`: otherwise they
 * are left out. Nothing else changes.
 */
export async function bodyFor(
  { path, bytes, body, model: asked }: Asked,
  model: string,
  stores: boolean,
): Promise<Uint8Array> {
  const edits = new Map<string, Edit>();
  if (!stores && path === chatCompletions) for (const name of kept) edits.set(name, { remove: true });
  if (model !== asked && present(body['model'])) edits.set('model', { value: model });
  const isConcerned = [...edits.keys()].some((name) => Object.hasOwn(body, name));
  return isConcerned ? inSlices(edited(bytes, edits)) : bytes;
}

/** What stays here, unless the upstream has a use for it. */
const kept = ['store', 'metadata'];
