/** A completion as the chunks that a stream would have sent. */
import type { Chunk, Completion } from '../../models/model.ts';

type Delta = Chunk['choices'][number]['delta'];
type Message = Completion['choices'][number]['message'];

/** A role, a chunk for each word and for each piece of the arguments of a call, a finish reason, and the usage if wanted. */
export function chunksOfCompletion({ choices, usage, ...rest }: Completion, withUsage: boolean): Chunk[] {
  const { id, created, model } = rest;
  const base = { id, object: 'chat.completion.chunk' as const, created, model };
  const chunk = (index: number, delta: Delta, finish: string | null = null): Chunk =>
    ({ ...base, choices: [{ index, delta, finish_reason: finish, logprobs: null }] }) as Chunk;
  const chunks = choices.flatMap(({ index, message, finish_reason: finish }) => [
    ...deltasOf(message).map((delta) => chunk(index, delta)),
    chunk(index, {}, finish),
  ]);
  return usage && withUsage ? [...chunks, { ...base, choices: [], usage }] : chunks;
}

function deltasOf(message: Message): Delta[] {
  const { reasoning_content: reasoning } = message as { reasoning_content?: string | null };
  return [
    { role: 'assistant', content: message.content === null ? null : '' },
    ...words(reasoning).map((text) => ({ reasoning_content: text }) as Delta),
    ...words(message.content).map((content) => ({ content })),
    ...words(message.refusal).map((refusal) => ({ refusal })),
    ...(message.tool_calls ?? []).flatMap(callDeltas),
  ];
}

function callDeltas(call: NonNullable<Message['tool_calls']>[number], index: number): Delta[] {
  const { id, type } = call;
  const first = (fields: object): Delta => ({ tool_calls: [{ index, id, type, ...fields }] }) as Delta;
  const later = (fields: object): Delta => ({ tool_calls: [{ index, ...fields }] }) as Delta;
  if (call.type === 'custom') {
    const { name, input } = call.custom;
    return [
      first({ custom: { name, input: '' } }),
      ...words(input).map((text) => later({ custom: { input: text } })),
    ];
  }
  const { name, arguments: json } = call.function;
  const pieces = json.match(/[^]{1,12}/gu) ?? [];
  return [
    first({ function: { name, arguments: '' } }),
    ...pieces.map((text) => later({ function: { arguments: text } })),
  ];
}

/** Words with the white space after them. */
function words(text: string | null | undefined): string[] {
  return text?.match(/\s*\S+\s*|\s+$/g) ?? [];
}
