import { describe, expect, it } from 'vitest';
import { ApiError } from '../http/errors.ts';
import type { ChatModel } from './model.ts';
import { Models } from './routing.ts';

const model = (id: string): ChatModel => ({
  id,
  created: 1,
  ownedBy: 'tests',
  complete: async function* () {},
});
const house = model('house');
const guest = model('guest');

describe('Models', () => {
  it('gives a name to the first route that matches it', () => {
    const models = new Models([
      { name: 'a', model: house },
      { name: 'a', model: guest },
      { name: 'up/*', model: guest },
      { name: 'up/x', model: house },
    ]);
    expect(models.find('a')).toBe(house);
    expect(models.find('up/x')).toBe(guest);
    expect(models.find('up/')).toBe(guest);
  });

  it('prefers an exact name over a pattern that comes later', () => {
    const models = new Models([
      { name: 'gpt-4o', model: house },
      { name: '*', model: guest },
    ]);
    expect(models.find('gpt-4o')).toBe(house);
    expect(models.find('anything')).toBe(guest);
  });

  it('lists the names that are spelled out, each once', () => {
    const models = new Models([
      { name: 'a', model: house },
      { name: 'b*', model: guest },
      { name: 'a', model: guest },
    ]);
    expect(models.list()).toEqual([{ id: 'a', object: 'model', created: 1, owned_by: 'tests' }]);
    expect(models.card('b1').id).toBe('b1');
  });

  it('answers 404 model_not_found for a name nobody serves, also for names of object members', () => {
    const models = new Models([{ name: 'a', model: house }]);
    for (const name of ['A', '', '__proto__', 'constructor']) {
      expect(() => models.find(name)).toThrow(ApiError);
      expect(() => models.find(name)).toThrow(
        expect.objectContaining({ status: 404, code: 'model_not_found' }),
      );
    }
  });
});
