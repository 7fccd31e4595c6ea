// An observer is called for a run of `runTools()`, for each request in it and for each tool.
import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, it } from 'vitest';
import { clientOf } from '../../test/support/client-of.ts';
import { json } from '../../test/support/fake-fetch.ts';
import { completionOf, functionCall, tool } from '../../test/support/tool-runs.ts';
import { APIUserAbortError } from '../errors/api-error.ts';
import type { Observe } from '../http/observer.ts';

const body = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }] };
const replies = [
  completionOf({ calls: [functionCall('f', '{"a":1}', 'id_1'), functionCall('g', '{}', 'id_2')] }),
  completionOf({ content: 'Hello' }),
];

/** An observer that lists how each call ended, as a path of the calls around it. Inside a call, `path` has its own. */
function recorder() {
  const path = new AsyncLocalStorage<string>();
  const ended: string[] = [];
  const observe: Observe = (call) => {
    const own = call.kind === 'tool' ? `${call.name} ${call.call.id}` : call.kind;
    const name = `${path.getStore() ?? ''}/${own}`;
    return {
      run: (work) => path.run(name, work),
      end: ({ outcome, value, error }) =>
        ended.push(`${name} ${outcome} ${call.kind === 'request' ? '' : (error ?? value)}`),
    };
  };
  return { path, ended, observe };
}

it.each([false, true])('lists the run, its requests and its tools, streaming: %s', async (stream) => {
  const { path, ended, observe } = recorder();
  const { client } = clientOf(
    replies.map((reply) => json(reply)),
    { observe },
  );
  const runner = client.chat.completions.runTools(
    {
      ...body,
      stream,
      tools: [
        tool('f', () => `in ${path.getStore()}`),
        tool('g', () => Promise.reject(new Error('broken'))),
      ] as any,
    } as any,
    { onToolError: 'report' },
  );
  await runner.done();
  expect(ended).toEqual([
    '/run/request complete ',
    '/run/f id_1 complete in /run/f id_1',
    '/run/g id_2 error Error: broken',
    '/run/request complete ',
    '/run complete stop',
  ]);
});

it('ends as aborted once, after all that began in the run', async () => {
  const { ended, observe } = recorder();
  const { client } = clientOf([json(replies[0])], { observe });
  const runner = client.chat.completions.runTools({
    ...body,
    tools: [tool('f', (_, run) => run.abort()), tool('g', () => '')] as any,
  });
  await expect(runner.done()).rejects.toThrow(APIUserAbortError);
  expect(ended.at(-1)).toMatch(/^\/run aborted /);
  expect(ended.filter((end) => end.startsWith('/run aborted'))).toHaveLength(1);
  expect(ended[0]).toBe('/run/request complete ');
});
