import { describe, expect, it, vi, type Mock } from 'vitest';
import { growth, linear } from '../../../../test/growth.ts';
import { APIConnectionError, APIError } from '../errors/api-error.ts';
import { OpenAIError } from '../errors/openai-error.ts';
import { _iterSSEMessages, Stream } from './stream.ts';

interface Script {
  /** What happens after the last piece; closes the body by default. */
  then?: (body: ReadableStreamDefaultController) => unknown;
  onCancel?: () => void;
}

/** A body that gives the pieces one by one, each when asked for. */
function body(pieces: string[], { then = (to) => to.close(), onCancel }: Script = {}): ReadableStream {
  let next = 0;
  return new ReadableStream(
    {
      pull: (to) =>
        next < pieces.length ? to.enqueue(new TextEncoder().encode(pieces[next++])) : void then(to),
      cancel: onCancel,
    } as UnderlyingDefaultSource,
    { highWaterMark: 0 },
  );
}

const event = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;

function sse(pieces: string[], script?: Script) {
  const controller = new AbortController();
  const log = (): Mock<(...line: unknown[]) => void> => vi.fn<(...line: unknown[]) => void>();
  const logger = { error: log(), warn: log(), info: log(), debug: log() };
  const response = new Response(body(pieces, script), { headers: { 'x-request-id': 'req_1' } });
  const stream = Stream.fromSSEResponse<any>(response, controller, { logger, logLevel: 'debug' });
  return { controller, logger, stream };
}

async function read(stream: AsyncIterable<unknown>): Promise<{ items: unknown[]; error: any }> {
  const items: unknown[] = [];
  try {
    for await (const item of stream) items.push(item);
  } catch (error) {
    return { items, error };
  }
  return { items, error: undefined };
}

const forever = (): void => {};

describe('a stream of events', () => {
  it('ends at [DONE] without aborting, cancels the body and ignores what follows', async () => {
    const onCancel = vi.fn<() => void>();
    const { stream, controller } = sse([event(1), 'data: [DONE]\n\ndata: broken\n\n'], {
      then: forever,
      onCancel,
    });
    expect(await read(stream)).toEqual({ items: [1], error: undefined });
    expect(onCancel).toHaveBeenCalledOnce();
    expect(controller.signal.aborted).toBe(false);
  });

  it('yields null, numbers and strings as they come', async () => {
    expect((await read(sse([event(null) + event(0) + event('')]).stream)).items).toEqual([null, 0, '']);
  });

  it('skips events without data', async () => {
    const { stream } = sse(['event: ping\n\n', 'data:\n\nevent: error\n\n', event({ a: 1 })]);
    expect(await read(stream)).toEqual({ items: [{ a: 1 }], error: undefined });
  });

  it('throws an APIError for a payload with a truthy error, after what came before it', async () => {
    const { stream, controller } = sse([
      event(1) + event({ error: '' }) + event({ error: { message: 'm', code: 'c' } }),
    ]);
    const { items, error } = await read(stream);
    expect(items).toEqual([1, { error: '' }]);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ message: 'm', code: 'c', status: undefined, requestID: 'req_1' });
    expect(controller.signal.aborted).toBe(true);
  });

  it('throws an APIError for an error event, wrapped or not', async () => {
    for (const data of [{ message: 'm' }, { error: { message: 'm' } }]) {
      const { error } = await read(sse([`event: error\n${event(data)}`]).stream);
      expect(error).toBeInstanceOf(APIError);
      expect(error.message).toBe('m');
    }
  });

  it('yields the data of an event whatever its name, unless that is error', async () => {
    const pieces = [`event: foo\n${event(1)}${event(2)}event: thread.x\n${event(3)}`];
    expect((await read(sse(pieces).stream)).items).toEqual([1, 2, 3]);
  });

  it('tells neither the error nor the log what malformed data held', async () => {
    const onCancel = vi.fn<() => void>();
    const { stream, controller, logger } = sse([event(1), 'data: {"secret\n\n'], { onCancel });
    const { items, error } = await read(stream);
    expect(items).toEqual([1]);
    expect(error).toBeInstanceOf(SyntaxError);
    expect(error.message).toBe('Error reading response: malformed server-sent event JSON.');
    expect(error.cause).toBeUndefined();
    expect(logger.error.mock.calls).toEqual([[error.message]]);
    expect(controller.signal.aborted).toBe(true);
    expect(onCancel).toHaveBeenCalledOnce();
  });

  it('does not look at data after the item one leaves at', async () => {
    const { stream, logger } = sse([`${event(1)}data: {"broken\n\n`]);
    for await (const _ of stream) break;
    expect(logger.error).not.toHaveBeenCalled();
  });

  it('passes every item through mapItem, on every way of reading', async () => {
    const open = () => {
      const response = new Response(event({ n: 1 }) + event({ n: 2 }));
      return Stream.fromSSEResponse<{ n: number }>(response, new AbortController(), undefined, {
        mapItem: ({ n }) => ({ n: n * 10 }),
      });
    };
    const mapped = [{ n: 10 }, { n: 20 }];
    expect((await read(open())).items).toEqual(mapped);
    for (const branch of open().tee()) expect((await read(branch)).items).toEqual(mapped);
    const copy = Stream.fromReadableStream(open().toReadableStream(), new AbortController());
    expect((await read(copy)).items).toEqual(mapped);
  });

  it('fails when it is read again', async () => {
    const { stream } = sse([event(1)]);
    await read(stream);
    const { error } = await read(stream);
    expect(error).toBeInstanceOf(OpenAIError);
    expect(error.message).toBe('Cannot iterate over a consumed stream, use `.tee()` to split the stream.');
  });

  it('fails and aborts when the response has no body', async () => {
    const controller = new AbortController();
    const { error } = await read(Stream.fromSSEResponse(new Response(null), controller));
    expect(error).toBeInstanceOf(OpenAIError);
    expect(error.message).toBe('Attempted to iterate over a response with no body');
    expect(controller.signal.aborted).toBe(true);
  });

  it('reads a body that is only an async iterable', async () => {
    let left = false;
    async function* pieces() {
      try {
        yield new TextEncoder().encode(event(1));
        yield event(2);
        yield new TextEncoder().encode(event(3)).buffer;
        yield event(4);
      } finally {
        left = true;
      }
    }
    const response = { body: pieces(), headers: new Headers() } as unknown as Response;
    const seen: unknown[] = [];
    for await (const item of Stream.fromSSEResponse(response, new AbortController())) {
      if (seen.push(item) === 3) break;
    }
    expect(seen).toEqual([1, 2, 3]);
    await vi.waitFor(() => expect(left).toBe(true), { timeout: 10_000 });
  });
});

describe('leaving a stream', () => {
  it('aborts the request first and cancels the body then', async () => {
    const order: string[] = [];
    const { stream, controller } = sse([event(1), event(2)], { onCancel: () => order.push('cancel') });
    controller.signal.addEventListener('abort', () => order.push('abort'));
    for await (const _ of stream) break;
    expect(order).toEqual(['abort', 'cancel']);
  });

  it('before the first item leaves it to another reader', async () => {
    const { stream, controller } = sse([event(1)]);
    expect(await stream[Symbol.asyncIterator]().return?.(5)).toEqual({ value: 5, done: true });
    expect(controller.signal.aborted).toBe(false);
    expect((await read(stream)).items).toEqual([1]);
  });

  it('before the first item is no outcome, and asking such an iterator for an item takes nothing away', async () => {
    const { stream, controller } = sse([event(1)], { then: forever });
    const left = stream[Symbol.asyncIterator]();
    await left.return?.();
    expect(await left.next()).toEqual({ value: undefined, done: true });
    expect(stream.outcome).toBeUndefined();
    setTimeout(() => controller.abort(), 5);
    expect(await read(stream)).toEqual({ items: [1], error: undefined });
    expect(stream.outcome).toBe('aborted');
  });

  it('ends a call of next that waits', async () => {
    const { stream } = sse([], { then: forever });
    const iterator = stream[Symbol.asyncIterator]();
    const waiting = iterator.next();
    await iterator.return?.();
    expect(await waiting).toEqual({ value: undefined, done: true });
  });

  it('by an abort ends the iteration quietly, also with items of the same piece left', async () => {
    const { stream, controller } = sse([event(1) + event(2), event(3)]);
    const items: unknown[] = [];
    for await (const item of stream) {
      items.push(item);
      controller.abort(new Error('why'));
    }
    expect(items).toEqual([1]);
  });

  it('by an abort ends the iteration quietly while it waits for a body that does not know of the abort', async () => {
    const onCancel = vi.fn<() => void>();
    const { stream, controller } = sse([event(1)], { then: forever, onCancel });
    setTimeout(() => controller.abort(), 5);
    expect(await read(stream)).toEqual({ items: [1], error: undefined });
    expect(onCancel).toHaveBeenCalledOnce();
  });

  it('by an abort before it is read gives no items', async () => {
    const { stream, controller } = sse([event(1)]);
    controller.abort();
    expect(await read(stream)).toEqual({ items: [], error: undefined });
  });

  it('takes its listener off the signal, however it ends', async () => {
    for (const pieces of [[event(1)], ['data: [DONE]\n\n'], ['data: {\n\n']]) {
      const { stream, controller } = sse(pieces);
      const add = vi.spyOn(controller.signal, 'addEventListener');
      const remove = vi.spyOn(controller.signal, 'removeEventListener');
      await read(stream);
      expect(add).toHaveBeenCalledOnce();
      expect(remove).toHaveBeenCalledWith(...add.mock.calls[0]!.slice(0, 2));
    }
  });
});

describe('a connection that breaks', () => {
  it('throws APIConnectionError with the failure as its cause, after the items that came', async () => {
    const cause = new TypeError('terminated');
    const { stream, controller } = sse([event(1)], { then: (to) => to.error(cause) });
    const { items, error } = await read(stream);
    expect(items).toEqual([1]);
    expect(error).toBeInstanceOf(APIConnectionError);
    expect(error.cause).toBe(cause);
    expect(controller.signal.aborted).toBe(true);
  });

  it('ends quietly when the failure is an abort', async () => {
    const abort = (to: ReadableStreamDefaultController): void =>
      to.error(new DOMException('gone', 'AbortError'));
    expect(await read(sse([event(1)], { then: abort }).stream)).toEqual({ items: [1], error: undefined });
    const { stream, controller } = sse([event(1)], {
      then: (to) => {
        controller.abort();
        to.error(new Error('socket'));
      },
    });
    expect(await read(stream)).toEqual({ items: [1], error: undefined });
  });
});

describe('tee', () => {
  it('shares the controller', () => {
    const { stream, controller } = sse([]);
    expect(stream.tee().map((branch) => branch.controller)).toEqual([controller, controller]);
  });

  it('lets a branch go on when the other is left, and aborts when both are', async () => {
    const { stream, controller } = sse([event(1), event(2), event(3)], { then: forever });
    const [left, right] = stream.tee();
    for await (const _ of left) break;
    const items: unknown[] = [];
    for await (const item of right) if (items.push(item) === 3) break;
    expect(items).toEqual([1, 2, 3]);
    expect(controller.signal.aborted).toBe(true);
    expect(await read(left)).toEqual({ items: [], error: undefined });
  });

  it('does not abort when a branch alone is left, read as a ReadableStream or not', async () => {
    const { stream, controller } = sse([event(1), event(2)]);
    const [left, right] = stream.tee();
    const reader = left.toReadableStream().getReader();
    await reader.read();
    await reader.cancel();
    expect(controller.signal.aborted).toBe(false);
    expect((await read(right)).items).toEqual([1, 2]);
  });

  it('gives a finished branch nothing more, and no error', async () => {
    const [left] = sse([event(1)]).stream.tee();
    expect((await read(left)).items).toEqual([1]);
    expect(await read(left)).toEqual({ items: [], error: undefined });
  });

  it('splits a branch again without aborting the request', async () => {
    const { stream, controller } = sse([event(1)]);
    const [left, right] = stream.tee();
    for (const leaf of left.tee()) for await (const _ of leaf) break;
    expect(controller.signal.aborted).toBe(false);
    expect((await read(right)).items).toEqual([1]);
  });
});

describe('toReadableStream', () => {
  it('gives one line of JSON per item as bytes', async () => {
    const text = await new Response(
      sse([event({ a: 'é\n' }) + event(null)]).stream.toReadableStream(),
    ).text();
    expect(text).toBe('{"a":"é\\n"}\nnull\n');
  });

  it('aborts the request when it is cancelled, even before it is read', async () => {
    const { stream, controller } = sse([event(1)], { then: forever });
    await stream.toReadableStream().cancel();
    expect(controller.signal.aborted).toBe(true);
    expect(stream.outcome).toBe('aborted');
  });

  it('fails with the failure of the stream', async () => {
    const reader = sse(['data: {\n\n']).stream.toReadableStream().getReader();
    await expect(reader.read()).rejects.toThrow('malformed server-sent event JSON');
  });

  it('leaves the source when an item cannot be said in JSON', async () => {
    const source = { next: async () => ({ value: 1n, done: false }), return: vi.fn<() => void>() };
    const controller = new AbortController();
    const reader = new Stream(() => source as unknown as AsyncIterator<bigint>, controller)
      .toReadableStream()
      .getReader();
    await expect(reader.read()).rejects.toThrow(TypeError);
    await vi.waitFor(() => expect(source.return).toHaveBeenCalledOnce(), { timeout: 10_000 });
    expect(controller.signal.aborted).toBe(true);
  });
});

describe('fromReadableStream', () => {
  const lines = (text: string): Stream<unknown> =>
    Stream.fromReadableStream(body([text]), new AbortController());

  it('reads one value per line, errors among them, and skips empty lines', async () => {
    expect((await read(lines('{"error":1}\n\n2\r\n"x"'))).items).toEqual([{ error: 1 }, 2, 'x']);
  });

  it('tells nothing of a line that is not JSON', async () => {
    for (const text of ['[DONE]\n', ' \n', '{"secret']) {
      const { error } = await read(lines(text));
      expect(error).toBeInstanceOf(SyntaxError);
      expect(error.message).toBe('Error reading response: malformed newline-delimited JSON.');
    }
  });

  it('cancels the readable when the controller aborts', async () => {
    const controller = new AbortController();
    const onCancel = vi.fn<() => void>();
    const stream = Stream.fromReadableStream(body(['1\n'], { then: forever, onCancel }), controller);
    setTimeout(() => controller.abort(), 5);
    expect(await read(stream)).toEqual({ items: [1], error: undefined });
    expect(onCancel).toHaveBeenCalledOnce();
  });
});

describe('_iterSSEMessages', () => {
  it('gives events with their lines, [DONE] like any other', async () => {
    const response = new Response(': hi\nevent: x\ndata: 1\n\ndata: [DONE]\n\ndata: 2');
    expect(await read(_iterSSEMessages(response, new AbortController()))).toEqual({
      items: [
        { event: 'x', data: '1', raw: [': hi', 'event: x', 'data: 1'] },
        { event: null, data: '[DONE]', raw: ['data: [DONE]'] },
        { event: null, data: '2', raw: ['data: 2'] },
      ],
      error: undefined,
    });
  });
});

it('costs a tee branch that lags no more than the items it reads', async () => {
  const lag = async (count: number): Promise<void> => {
    let left = count;
    const source = { next: async () => ({ done: left-- <= 0, value: left }) } as AsyncIterator<number>;
    const [ahead, behind] = new Stream<number>(() => source, new AbortController()).tee();
    for await (const _ of ahead);
    let read = 0;
    for await (const _ of behind) read += 1;
    expect(read).toBe(count);
  };
  // Shifting the queue made it four times for twice the items.
  expect(await growth(lag, 20_000)).toBeLessThan(linear);
});
