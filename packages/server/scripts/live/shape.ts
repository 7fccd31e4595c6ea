/** What two responses to the same request should have in common, whatever a model says: their shape. */

/** Place -> what is there: a type, or the value where the API has a fixed set of values. */
export type Shape = Map<string, string>;

/** Fields with a fixed set of values. */
const fixed = new Set(['object', 'role', 'finish_reason', 'type', 'code', 'param', 'service_tier']);

/** Fields that an account or a load decides, not the API. */
const incidental = /(?:^|\.)(?:system_fingerprint|service_tier|obfuscation)(?:\.|$)/;

/** The shape of a response: its status, its media type, and the fields of its body or of its events. */
export function shapeOf(status: number, contentType: string | null, body: string): Shape {
  const shape: Shape = new Map([['status', String(status)]]);
  const type = (contentType ?? 'none').replace(/;.*/s, '');
  shape.set('content-type', type);
  if (type !== 'text/event-stream') {
    addJSON(shape, 'body', body);
    return shape;
  }
  const kinds: string[] = [];
  for (const [, data = ''] of body.matchAll(/^data: ?(.*)$/gm)) {
    const kind = kindOf(data);
    if (kinds.at(-1) !== kind) kinds.push(kind);
    if (data !== '[DONE]') addJSON(shape, `event (${kind})`, data);
  }
  shape.set('events', kinds.join(', '));
  return shape;
}

function addJSON(shape: Shape, place: string, text: string): void {
  try {
    addValue(shape, place, JSON.parse(text));
  } catch {
    shape.set(place, text === '' ? 'empty' : 'not JSON');
  }
}

function addValue(shape: Shape, place: string, value: unknown): void {
  if (incidental.test(place)) return;
  if (Array.isArray(value)) {
    if (value.length === 0) shape.set(place, 'empty array');
    for (const item of value) addValue(shape, `${place}[]`, item);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, field] of Object.entries(value)) addValue(shape, `${place}.${name}`, field);
  } else {
    const name = place.replace(/^.*\./, '');
    const what = value === null ? 'null' : fixed.has(name) ? JSON.stringify(value) : typeof value;
    const before = shape.get(place);
    shape.set(
      place,
      before === undefined || before === what
        ? what
        : [...new Set([...before.split(' or '), what])].toSorted().join(' or '),
    );
  }
}

/** What an event is about: the fields of its delta, or the end. */
function kindOf(data: string): string {
  if (data === '[DONE]') return '[DONE]';
  try {
    const chunk = JSON.parse(data) as {
      error?: unknown;
      usage?: unknown;
      choices?: { delta?: object; finish_reason?: unknown }[];
    };
    if (chunk.error) return 'error';
    const choice = chunk.choices?.[0];
    if (!choice) return chunk.usage ? 'usage' : 'no choices';
    if (choice.finish_reason) return 'finish';
    return Object.keys(choice.delta ?? {}).includes('role') ? 'role' : 'delta';
  } catch {
    return 'not JSON';
  }
}

/** One difference of two shapes, in words. */
export function differencesOf(api: Shape, sandbox: Shape): string[] {
  return [...new Set([...api.keys(), ...sandbox.keys()])]
    .filter((place) => api.get(place) !== sandbox.get(place))
    .map(
      (place) => `${place}: API ${api.get(place) ?? 'nothing'}, sandbox ${sandbox.get(place) ?? 'nothing'}`,
    );
}
