import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quirkNames } from './sandbox/quirks.ts';
import { faultNames } from './sandbox/faults.ts';
import { closestName, didYouMean } from './spelling.ts';

describe('closestName', () => {
  it.each([
    ['olama', 'ollama'],
    ['llamacpp', 'llama-cpp'],
    ['LM_Studio', 'lm-studio'],
    ['opnerouter', 'openrouter'],
    ['stall', 'stall-after'],
    ['keep-alive', 'keepalive'],
    ['explode', undefined],
    ['__proto__', undefined],
    ['', undefined],
    ['x'.repeat(100_000), undefined],
  ])('of %j is %j', (word, name) => {
    expect(closestName(word, [...quirkNames, ...faultNames])).toBe(name);
  });

  it('finds every name after one mistake, unless another name is as close', () => {
    const names = [...quirkNames, ...faultNames].filter((name) => name.length > 5);
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(), fc.constantFrom('', 'q', 'qq'), (name, at, text) => {
        const place = at % name.length;
        const found = closestName(name.slice(0, place) + text + name.slice(place + 1), names);
        expect(found).toBeDefined();
        const shared = [...name].filter((letter) => found!.includes(letter)).length;
        expect(shared).toBeGreaterThan(name.length / 2);
      }),
    );
  });

  it('finds each name as it is', () => {
    for (const name of quirkNames) expect(closestName(name, quirkNames)).toBe(name);
    expect(didYouMean('olama', quirkNames)).toBe(" Did you mean 'ollama'?");
    expect(didYouMean('nothing-like-it', quirkNames)).toBe('');
  });
});
