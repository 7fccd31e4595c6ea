/** What the list shows, and which completion is open, as the query of the page's address and back. */

/** Spans up to now, by their names in the address, in seconds. */
export const spans: Record<string, number> = { '15m': 900, '1h': 3_600, '24h': 86_400, '7d': 604_800 };

export interface Filters {
  model: string;
  /** Pairs that a completion must all have. */
  metadata: Record<string, string>;
  /** A name of `spans`, or empty. It counts instead of `after` and `before`. */
  last: string;
  /** Unix seconds, the first one included. */
  after: number | undefined;
  /** Unix seconds, this one not included. */
  before: number | undefined;
}

export interface Place {
  filters: Filters;
  /** The completion in the drawer. */
  id: string;
}

export function noFilters(): Filters {
  return { model: '', metadata: {}, last: '', after: undefined, before: undefined };
}

/** Reads a query; what cannot be read is left out. */
export function readAddress(query: string): Place {
  const filters = noFilters();
  const params = new URLSearchParams(query);
  filters.model = params.get('model') ?? '';
  const last = params.get('last') ?? '';
  if (Object.hasOwn(spans, last)) filters.last = last;
  else {
    filters.after = seconds(params.get('created_after'));
    filters.before = seconds(params.get('created_before'));
  }
  // By definition, since a key may be `__proto__`.
  const pairs: [string, string][] = [];
  for (const [name, value] of params) {
    const [, key] = /^metadata\[([^]*)\]$/.exec(name) ?? [];
    if (key !== undefined) pairs.push([key, value]);
  }
  filters.metadata = Object.fromEntries(pairs);
  return { filters, id: params.get('id') ?? '' };
}

/** The query with its `?`; empty when there is nothing to say. */
export function writeAddress({ filters, id }: Place): string {
  const params = new URLSearchParams();
  const { model, metadata, last, after, before } = filters;
  if (model) params.set('model', model);
  for (const [key, value] of Object.entries(metadata)) params.set(`metadata[${key}]`, value);
  if (last) params.set('last', last);
  else {
    if (after !== undefined) params.set('created_after', String(after));
    if (before !== undefined) params.set('created_before', String(before));
  }
  if (id) params.set('id', id);
  const query = String(params);
  return query && `?${query}`;
}

/** Whether any filter is set. */
export function isFiltered({ model, metadata, last, after, before }: Filters): boolean {
  return Boolean(model || last || Object.keys(metadata).length > 0) || (after ?? before) !== undefined;
}

/** The bounds of time in Unix seconds, those of a span counted back from `now`. */
export function bounds(
  { last, after, before }: Filters,
  now: number,
): { after: number | undefined; before: number | undefined } {
  const span = spans[last];
  return span === undefined ? { after, before } : { after: now - span, before: undefined };
}

/** What was typed into the filter: `key=value` is a pair, anything else a model. */
export function withTyped(filters: Filters, text: string): Filters {
  const [, key, value] = /^([^=]+)=([^]*)$/.exec(text.trim()) ?? [];
  if (key === undefined || value === undefined) return { ...filters, model: text.trim() };
  return withPair(filters, key.trim(), value.trim());
}

export function withPair(filters: Filters, key: string, value: string): Filters {
  const pairs = Object.entries(filters.metadata).filter(([other]) => other !== key);
  return { ...filters, metadata: Object.fromEntries([...pairs, [key, value]]) };
}

export function withoutPair(filters: Filters, key: string): Filters {
  const pairs = Object.entries(filters.metadata).filter(([other]) => other !== key);
  return { ...filters, metadata: Object.fromEntries(pairs) };
}

function seconds(text: string | null): number | undefined {
  return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}
