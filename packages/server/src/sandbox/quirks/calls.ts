/** How servers send tool calls. */
import {
  isFinish,
  withCalls,
  withChoices,
  withMessage,
  type Deviation,
  type WireAnswer,
  type WireCall,
  type WireChoice,
} from './wire.ts';

/** A call comes whole, in a chunk of its own before the one that finishes. Its arguments are serialized again. */
export const wholeCalls: Deviation = () => ({
  async *chunks(chunks) {
    const open = new Map<number, WireCall[]>();
    for await (const chunk of chunks) {
      for (const choice of chunk.choices) {
        const calls = open.get(choice.index ?? 0) ?? [];
        if (!choice.finish_reason || calls.length === 0) continue;
        for (const call of calls) yield callChunk(chunk, choice, rewritten(call));
        open.delete(choice.index ?? 0);
      }
      if (!gather(open, chunk)) yield chunk;
    }
  },
  each: (answer) => withCalls(answer, (call) => (call.index === undefined ? rewritten(call) : call)),
});

/** Adds the fragments of a chunk to the calls they belong to; whether there were any. */
function gather(open: Map<number, WireCall[]>, { choices }: WireAnswer): boolean {
  let found = false;
  for (const { index = 0, delta } of choices) {
    for (const fragment of delta?.tool_calls ?? []) {
      found = true;
      const calls = open.get(index) ?? [];
      open.set(index, calls);
      const at = fragment.index ?? 0;
      calls[at] = joined(calls[at], fragment);
    }
  }
  return found;
}

function joined(call: WireCall | undefined, fragment: WireCall): WireCall {
  if (call === undefined) return fragment;
  const { function: more, custom } = fragment as WireCall & { custom?: { input: string } };
  if (more) {
    const { arguments: before, ...head } = call.function ?? {};
    return { ...call, function: { ...head, arguments: `${String(before ?? '')}${String(more.arguments)}` } };
  }
  const before = call['custom'] as { input: string };
  return custom ? { ...call, custom: { ...before, input: before.input + custom.input } } : call;
}

function callChunk(like: WireAnswer, { index, logprobs }: WireChoice, call: WireCall): WireAnswer {
  const { usage: _, ...head } = like;
  const choice: WireChoice = { delta: { tool_calls: [call] }, logprobs, finish_reason: null };
  return { ...head, choices: [index === undefined ? choice : { index, ...choice }] };
}

/** Spaces and order are those of the server's own JSON writer; arguments that were cut stay as they are. */
function rewritten(call: WireCall): WireCall {
  if (!call.function) return call;
  return { ...call, function: { ...call.function, arguments: JSON.stringify(parsed(call)) } };
}

function parsed(call: WireCall): unknown {
  try {
    return JSON.parse(String(call.function?.arguments));
  } catch {
    return {};
  }
}

/** The calls come in the chunk that finishes. Stands after `wholeCalls`. */
export const callsWithFinish: Deviation = () => ({
  async *chunks(chunks) {
    const held = new Map<number, WireCall[]>();
    for await (const chunk of chunks) {
      if (gather(held, chunk)) continue;
      yield withChoices(chunk, (choice) => {
        const calls = choice.finish_reason ? held.get(choice.index ?? 0) : undefined;
        if (!calls) return choice;
        return withMessage(choice, () => ({ content: null, tool_calls: calls.filter(Boolean) }));
      });
    }
  },
});

/** No index: not on whole calls, where place tells, and not on fragments, where it does not. */
export const callsWithoutIndex: Deviation = () => ({
  each: (answer) => withCalls(answer, ({ index: _, ...call }) => call),
});

/** Index 0 for every call; only the id tells them apart. */
export const callsAllAtIndexZero: Deviation = () => ({
  each: (answer) => withCalls(answer, (call) => (call.index === undefined ? call : { ...call, index: 0 })),
});

/** Calls are counted with the other blocks of the message, and the text before them is block 0. */
export const callsFromIndexOne: Deviation = () => ({
  each: (answer) =>
    withCalls(answer, (call) => (call.index === undefined ? call : { ...call, index: call.index + 1 })),
});

/** The index is the last key of a call. */
export const indexLast: Deviation = () => ({
  each: (answer) =>
    withCalls(answer, ({ index, ...call }) => (index === undefined ? call : { ...call, index })),
});

/** No `type` on a call. */
export const callsWithoutType: Deviation = () => ({
  each: (answer) => withCalls(answer, ({ type: _, ...call }) => call),
});

/** The arguments are the value itself and not its JSON text. Stands after `wholeCalls`. */
export const objectArguments: Deviation = () => ({
  each: (answer) =>
    withCalls(answer, (call) =>
      call.function ? { ...call, function: { ...call.function, arguments: parsed(call) } } : call,
    ),
});

/** The arguments come twice. Stands after `wholeCalls`. */
export const doubledArguments: Deviation = () => ({
  each: (answer) =>
    withCalls(answer, (call) => {
      const text = String(call.function?.arguments);
      return call.function ? { ...call, function: { ...call.function, arguments: text + text } } : call;
    }),
});

/** Later fragments have `id: ""`, and one with empty arguments trails. */
export const emptyIdsLater: Deviation = () => ({
  async *chunks(chunks) {
    let last: WireAnswer | undefined;
    for await (const chunk of chunks) {
      if (last && isFinish(chunk)) yield withCalls(last, (call) => emptyFragment(call));
      const changed = withCalls(chunk, (call) => ({ ...call, id: call.id ?? '' }));
      last = changed.choices.some(({ delta }) => delta?.tool_calls) ? changed : undefined;
      yield changed;
    }
  },
});

const emptyFragment = (call: WireCall): WireCall => ({
  ...call,
  id: '',
  function: { ...call.function, arguments: '' },
});

/** Later fragments repeat the name as `""`. */
export const emptyNamesLater: Deviation = () => ({
  each: (answer) =>
    withCalls(answer, (call) =>
      call.function ? { ...call, function: { ...call.function, name: call.function.name ?? '' } } : call,
    ),
});

/** Ids as this server makes them, always the same for the same id. */
export function callIds(make: (id: string, name: string) => string): Deviation {
  return () => ({
    each: (answer) =>
      withCalls(answer, (call) =>
        call.id ? { ...call, id: make(call.id, call.function?.name ?? 'custom') } : call,
      ),
  });
}

/** A signature beside the first of the calls, which must be sent back with it. */
export const thoughtSignature: Deviation = () => ({
  each: (answer) =>
    withCalls(answer, (call, at) =>
      at === 0 && call.id && !call.index
        ? {
            ...call,
            extra_content: { google: { thought_signature: 'c2FuZGJveCB0aG91Z2h0IHNpZ25hdHVyZQ==' } },
          }
        : call,
    ),
});

/** The calls are JSON text in the content, and the choice finishes with `stop`. Stands after `wholeCalls`. */
export const callsInContent: Deviation = () => ({
  each: (answer) =>
    withChoices(answer, (choice) =>
      withMessage(choice, ({ tool_calls: calls, ...message }) =>
        calls ? { ...message, content: JSON.stringify(calls.map((call) => inContent(call))) } : message,
      ),
    ),
});

const inContent = (call: WireCall): object => ({ name: call.function?.name, arguments: parsed(call) });

/** Several calls of functions go as one call of `multi_tool_use.parallel`. Stands after `wholeCalls` and `callsWithFinish`. */
export const parallelWrapper: Deviation = () => ({
  each: (answer) =>
    withChoices(answer, (choice) =>
      withMessage(choice, (message) => {
        const [first, ...others] = message.tool_calls ?? [];
        if (!first || others.length === 0) return message;
        const uses = [first, ...others].map((call) => ({
          recipient_name: `functions.${call.function?.name}`,
          parameters: parsed(call),
        }));
        const text = JSON.stringify({ tool_uses: uses });
        return {
          ...message,
          tool_calls: [{ ...first, function: { name: 'multi_tool_use.parallel', arguments: text } }],
        };
      }),
    ),
});
