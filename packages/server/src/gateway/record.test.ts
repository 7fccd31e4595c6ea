import { expect, it } from 'vitest';
import { recordOf } from './record.ts';

it.each(['', 'a\0b', 'x'.repeat(501), 7])('gives a completion with the id %j another one', (id) => {
  const asked = { path: '/chat/completions', bytes: new Uint8Array(), body: {}, model: 'm', store: true };
  const { completion } = recordOf({ id, choices: [] } as never, asked);
  expect(completion.id).toMatch(/^chatcmpl-\w{10,}$/);
  expect(recordOf({ id: 'kept', choices: [] } as never, asked).completion.id).toBe('kept');
});
