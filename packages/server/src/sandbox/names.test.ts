import { describe, expect, it } from 'vitest';
import { Models } from '../models/routing.ts';
import { sandboxModel } from './model.ts';
import { sandboxRoutes } from './names.ts';

describe('sandboxRoutes', () => {
  const models = new Models(sandboxRoutes(sandboxModel(), ['house-model']));

  it('answers to its own name, to public ones and to those the operator adds', () => {
    for (const name of ['sandbox', 'gpt-4o-mini', 'gpt-4o-2024-08-06', 'o3', 'house-model']) {
      expect(models.find(name).id).toBe('sandbox');
    }
  });

  it('does not answer to a slip of a name, nor to a model that speaks', () => {
    for (const name of ['gpt-4o-mni', 'gpt-audio-mini', 'gpt-4o-audio-preview', '']) {
      expect(() => models.find(name)).toThrow(expect.objectContaining({ status: 404 }));
    }
  });

  it('lists each name once, its own first', () => {
    const ids = models.list().map(({ id }) => id);
    expect(ids[0]).toBe('sandbox');
    expect(new Set(ids).size).toBe(ids.length);
  });
});
