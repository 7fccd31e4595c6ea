// Who runs in a measure, and under which name a table shows it.
import { otherNode } from './session.mjs';

const names = { f1: 'F1', f2: 'F2', f3: 'F3', f4: 'F4', ai: 'ai SDK' };
/** Measured on the second Node as well, where ours is compared with its own floor. */
const onBoth = new Set(['f1', 'f3', 'colloquy', 'openai']);

export const nameOf = (client) => names[client] ?? client;

export function field(clients, { both = true, ...more } = {}) {
  const first = clients.map((client) => ({ name: nameOf(client), client, ...more }));
  if (!both || !otherNode) return first;
  const second = clients.filter((client) => onBoth.has(client));
  return [
    ...first,
    ...second.map((client) => ({
      name: `${nameOf(client)}, ${otherNode}`,
      client,
      node: otherNode,
      ...more,
    })),
  ];
}
