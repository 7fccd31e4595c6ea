/** The models that upstreams list. They are cached, so that a list needs no request each time and survives failures. */
import { createHash } from 'node:crypto';
import type { ModelCard } from './routing.ts';
import type { NamedUpstream, Upstreams } from './upstreams.ts';

/** Milliseconds. */
const keptFor = 60_000;
const failureKeptFor = 5_000;
const patience = 3_000;

/** The longest list that is read, in bytes. */
const maxBytes = 16 * 1024 * 1024;

/** Lists that are remembered: one for each upstream, and for each key that callers pass on to it. */
const maxLists = 1_000;

interface Remembered {
  cards: readonly ModelCard[];
  until: number;
  /** The request that is under way. */
  asking: Promise<void> | undefined;
}

export class ModelLists {
  readonly #upstreams: Upstreams;
  readonly #lists = new Map<string, Remembered>();

  constructor(upstreams: Upstreams) {
    this.#upstreams = upstreams;
  }

  /**
   * The models of all upstreams: names of the settings first, then what each upstream lists, as `upstream/model` when there are
   * several. An upstream that does not respond within 3 seconds is left out. Never rejects.
   */
  async all(headers: Headers): Promise<ModelCard[]> {
    const { listed, only, names } = this.#upstreams;
    const lists = await Promise.all(
      listed.map(async (upstream) => {
        const cards = await this.#listOf(upstream, headers);
        return upstream === only
          ? cards
          : cards.map((card) => ({ ...card, id: `${upstream.name}/${card.id}` }));
      }),
    );
    const merged = new Map<string, ModelCard>();
    for (const card of [...names.flatMap((name) => this.#cardOf(name)), ...lists.flat()]) {
      if (!merged.has(card.id)) merged.set(card.id, card);
    }
    return [...merged.values()];
  }

  #cardOf(name: string): ModelCard[] {
    const [target] = this.#upstreams.targets(name) ?? [];
    return target ? [{ id: name, object: 'model', created: 0, owned_by: target.upstream.name }] : [];
  }

  async #listOf(upstream: NamedUpstream, headers: Headers): Promise<readonly ModelCard[]> {
    const key = `${upstream.name}\n${fingerprint(upstream.upstream.headersFor(headers))}`;
    let list = this.#lists.get(key);
    if (!list) {
      if (this.#lists.size >= maxLists) this.#lists.clear();
      this.#lists.set(key, (list = { cards: [], until: 0, asking: undefined }));
    }
    if (Date.now() < list.until) return list.cards;
    await (list.asking ??= refresh(list, upstream, headers));
    return list.cards;
  }
}

async function refresh(list: Remembered, upstream: NamedUpstream, headers: Headers): Promise<void> {
  try {
    list.cards = await ask(upstream, headers);
    list.until = Date.now() + keptFor;
  } catch {
    // What it listed before is still the best that is known.
    list.until = Date.now() + failureKeptFor;
  } finally {
    list.asking = undefined;
  }
}

async function ask({ upstream }: NamedUpstream, headers: Headers): Promise<ModelCard[]> {
  const signal = AbortSignal.timeout(patience);
  const { status, body } = await upstream.open({ path: '/models', method: 'GET', headers, signal });
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > maxBytes) throw new Error('The list is too long.');
    parts.push(part);
  }
  if (status !== 200) throw new Error(`The list has the status ${status}.`);
  return cardsIn(JSON.parse(Buffer.concat(parts).toString()));
}

/** Together sends the array alone. */
function cardsIn(list: unknown): ModelCard[] {
  const data = Array.isArray(list) ? list : (list as { data?: unknown } | null)?.data;
  if (!Array.isArray(data)) throw new Error('It is not a list.');
  return data.filter((card): card is ModelCard => typeof card?.id === 'string' && card.id !== '');
}

/** Tells keys apart without keeping them. */
function fingerprint({ authorization = '', 'api-key': key = '' }: Record<string, string>): string {
  return createHash('sha256').update(`${authorization}\n${key}`).digest('base64');
}
