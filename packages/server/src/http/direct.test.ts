import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { directBody, type PartSink } from './direct.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a reader gets each part until it leaves, and a source may give more after that', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ minLength: 1 }), { maxLength: 6 }),
      fc.option(fc.nat(6), { nil: undefined }),
      fc.constantFrom('end', 'fail'),
      async (texts, leavesAfter, ending) => {
        let sink: PartSink | undefined;
        let isCancelled = false;
        const body = directBody({
          flow: (given) => (sink = given),
          resume: () => {},
          cancel: () => (isCancelled = true),
        });
        const reader = body.getReader();
        const read: Uint8Array[] = [];
        let failure: unknown;
        const reading = (async () => {
          for (;;) {
            if (read.length === leavesAfter) return reader.cancel();
            const { done, value } = await reader.read();
            if (done) return;
            read.push(value);
          }
        })().catch((error: unknown) => (failure = error));
        await Promise.resolve();
        for (const text of texts) {
          sink?.part(bytes(text));
          await new Promise(setImmediate);
        }
        if (ending === 'end') sink?.end();
        else sink?.fail(new Error('cut off'));
        await reading;
        const left = leavesAfter !== undefined && leavesAfter <= texts.length;
        expect(isCancelled).toBe(left);
        expect(read).toEqual(texts.slice(0, left ? leavesAfter : undefined).map(bytes));
        expect(failure !== undefined).toBe(!left && ending === 'fail');
      },
    ),
  );
});
