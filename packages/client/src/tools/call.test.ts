import { describe, expect, it } from 'vitest';
import { APIUserAbortError } from '../errors/api-error.ts';
import { OpenAIError } from '../errors/openai-error.ts';
import { callTool } from './call.ts';
import type { CallOutcome, CallSettings } from './call.ts';
import { registerTools } from './registry.ts';

type Fields = Record<string, any>;

const functionTool = (run: unknown, more: Fields = {}): Fields => ({
  type: 'function',
  function: { name: 'f', description: 'd', parameters: {}, function: run, ...more },
});

async function call(tool: Fields, settings: Partial<CallSettings> = {}, args = '{}'): Promise<CallOutcome> {
  return callTool(
    { id: 'id', type: 'function', function: { name: 'f', arguments: args } },
    {
      tools: registerTools([tool], undefined),
      runner: 'the runner',
      toolContext: 'the context',
      signal: new AbortController().signal,
      forced: undefined,
      onToolError: 'throw',
      toolTimeout: undefined,
      client: {},
      options: {},
      approve: undefined,
      ...settings,
    },
  );
}

describe('a call', () => {
  it('gets its arguments, the runner, the context, and what tells it to stop', async () => {
    const { signal } = new AbortController();
    let given: unknown[] = [];
    await call(
      functionTool((...args: unknown[]) => (given = args)),
      { signal },
      'raw',
    );
    const toolCall = { id: 'id', type: 'function', function: { name: 'f', arguments: 'raw' } };
    expect(given).toEqual(['raw', 'the runner', 'the context', { signal, toolCall }]);
  });

  it('is told to stop when the run is aborted, with its reason', async () => {
    const run = (_: unknown, __: unknown, ___: unknown, { signal }: Fields): Promise<unknown> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    for (const toolTimeout of [undefined, 60_000]) {
      const controller = new AbortController();
      const reason = new Error('user');
      setTimeout(() => controller.abort(reason), 1);
      const { signal } = controller;
      expect(await call(functionTool(run), { signal, toolTimeout })).toEqual({
        kind: 'failed',
        error: reason,
      });
    }
  });

  it('that fails is told to the model if errors are, whatever was thrown', async () => {
    for (const [error, content] of [
      [new Error('boom'), 'boom'],
      ['text', 'text'],
      [undefined, 'undefined'],
      [{ a: 1 }, '{"a":1}'],
    ]) {
      const tool = functionTool(() => Promise.reject(error));
      expect(await call(tool, { onToolError: 'report' })).toEqual({ kind: 'told', content });
      expect(await call(tool)).toEqual({ kind: 'failed', error });
    }
  });

  it('whose result has no text fails like any other', async () => {
    const cycle: Fields = {};
    cycle['self'] = cycle;
    for (const result of [1n, cycle]) {
      const tool = functionTool(() => result);
      expect(await call(tool)).toMatchObject({ kind: 'failed', error: expect.any(TypeError) });
      expect(await call(tool, { onToolError: 'report' })).toMatchObject({ kind: 'told' });
    }
  });
});

describe('approval', () => {
  const ran: unknown[] = [];
  const tool = functionTool((args: unknown) => void ran.push(args), { parse: JSON.parse });
  const asked = (verdict: unknown): Partial<CallSettings> => ({ approve: () => verdict as never });

  it('lets the call run, or tells the model why not, or leaves it open', async () => {
    expect(await call(tool, asked('approve'))).toEqual({ kind: 'done', content: 'undefined' });
    expect(ran.splice(0)).toEqual([{}]);
    expect(await call(tool, asked({ refuse: 'not today' }))).toEqual({ kind: 'told', content: 'not today' });
    expect(await call(tool, asked('pause'))).toEqual({ kind: 'paused' });
    expect(await call(tool, asked(Promise.resolve('pause')))).toEqual({ kind: 'paused' });
    expect(ran).toEqual([]);
  });

  it('that is none fails the run, so that forgetting it approves nothing', async () => {
    for (const verdict of [undefined, null, true, false, 'yes', {}, { refuse: 5 }]) {
      const outcome = await call(tool, { ...asked(verdict), onToolError: 'report' });
      expect(outcome).toMatchObject({ kind: 'failed', error: expect.any(OpenAIError) });
    }
    expect(ran).toEqual([]);
  });

  it('is not asked for arguments that cannot be read', async () => {
    const approve = (): never => {
      throw new Error('asked');
    };
    expect(await call(tool, { approve }, 'no')).toMatchObject({ kind: 'told' });
  });

  it('comes too late for a run that was aborted', async () => {
    const controller = new AbortController();
    const approve = (): 'approve' => {
      controller.abort(new APIUserAbortError());
      return 'approve';
    };
    expect(await call(tool, { approve, signal: controller.signal })).toEqual({ kind: 'skipped' });
    expect(ran).toEqual([]);
  });
});
