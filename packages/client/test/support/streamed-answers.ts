/** Random answers, whole and as the chunks that servers make of them. */

import fc from 'fast-check';
import type { ChatCompletionChunk } from '../../src/types/chunk.ts';
import type { ChatCompletion } from '../../src/types/completion.ts';

export type Chunk = ChatCompletionChunk;

export interface Answer {
  /** What a request without streaming would have got. */
  completion: ChatCompletion;
  chunks: Chunk[];
  /** The part of the request that says what to parse. */
  params: { response_format?: object; tools?: object[] };
}

export interface Kind {
  /** Whether a call is complete before the next begins, or fragments come in any order, several to a chunk. */
  calls: 'in turn' | 'interleaved';
  /** Text of reasoning and other fields that are not the API's. */
  provider?: boolean;
}

type Fields = Record<string, any>;
/** One delta, with what stands beside it in the choice. */
type Step = { delta: Fields; logprobs?: Fields; finish_reason?: string };

interface Call {
  type: 'function' | 'custom';
  id: string;
  name: string;
  text: string;
}

interface Plan {
  content: string | null;
  refusal: string | null;
  calls: Call[];
  legacy: { name: string; arguments: string } | undefined;
  audio: Fields | undefined;
  logprobs: boolean;
  reasoning: string;
}

// No white space inside these: the original's `parsed` loses it where a delta ends in it.
const word = fc.string({
  unit: fc.constantFrom('a', 'é', '😀', '"', '\\', '\n', '{', '7'),
  maxLength: 5,
});
const prose = fc.string({ unit: fc.constantFrom('a', 'b ', ' é', '😀', '\n', '{', '"'), maxLength: 8 });
const leaf = fc.oneof(word, fc.constantFrom(true, false, null, 0, -1.5e-7, 120));
const member = fc.oneof(
  leaf,
  fc.array(leaf, { maxLength: 2 }),
  fc.dictionary(fc.constantFrom('x', '\n"'), leaf, { maxKeys: 1 }),
);
const json = fc
  .dictionary(fc.constantFrom('a', 'b', 'key', '__proto__', '7'), member, { maxKeys: 2 })
  .map((value) => JSON.stringify(value));

const call = fc.record<Call>({
  type: fc.constantFrom('function', 'function', 'custom'),
  id: fc.constantFrom('call_a', 'call_b', ''),
  name: fc.constantFrom('plain', 'strict'),
  text: json,
});

/** Every fourth time; undefined otherwise. */
const sometimes = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

const plan = (structured: boolean, kind: Kind): fc.Arbitrary<Plan> =>
  fc.record<Plan>({
    content: structured ? fc.option(json) : fc.option(prose),
    refusal: fc.oneof(
      { weight: 3, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: word.filter(Boolean) },
    ),
    calls: fc.array(call, { maxLength: 2 }),
    legacy: sometimes(fc.record({ name: fc.constant('old'), arguments: json })),
    audio: sometimes(
      fc.record({ id: fc.constant('audio_1'), data: word, transcript: prose, expires_at: fc.constant(99) }),
    ),
    logprobs: fc.boolean(),
    reasoning: kind.provider ? prose : fc.constant(''),
  });

/** Whole answers and their chunks; `completion` has ids where the chunks have none. */
export function answer(kind: Kind): fc.Arbitrary<Answer> {
  return fc
    .record({ structured: fc.boolean(), seed: fc.integer() })
    .chain(({ structured, seed }) =>
      fc.record({
        plans: fc.oneof(
          { weight: 6, arbitrary: fc.tuple(plan(structured, kind)) },
          { weight: 1, arbitrary: fc.array(plan(structured, kind), { minLength: 2, maxLength: 3 }) },
        ),
        envelope: fc.record(
          {
            service_tier: fc.constantFrom('default', null),
            system_fingerprint: fc.constantFrom('fp_1', ''),
            usage: fc.constant({
              prompt_tokens: 3,
              completion_tokens: 4,
              total_tokens: 7,
              completion_tokens_details: { reasoning_tokens: 1 },
            }),
          },
          { requiredKeys: [] },
        ),
        structured: fc.constant(structured),
        seed: fc.constant(seed),
      }),
    )
    .map((given) => build(given, kind));
}

function build(
  given: { plans: Plan[]; envelope: Fields; structured: boolean; seed: number },
  kind: Kind,
): Answer {
  const random = generator(given.seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const chance = (share: number): boolean => random() < share;
  const { usage, ...rest } = given.envelope;
  const head: Fields = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 5, model: 'm', ...rest };

  const plans = given.plans.map((plan) => settle(plan, given.structured));
  const queues = plans.map((plan) => stepsOf(plan, kind, { below, chance }));
  const chunks: Fields[] = [];
  while (queues.some((queue) => queue.length)) {
    const open = queues.flatMap((queue, index) => (queue.length ? [index] : []));
    // The choices begin in order and take turns from then on; now and then two of them share a chunk.
    const unbegun = open.find((index) => !queues[index]!.begun);
    const first = unbegun ?? open[below(open.length)]!;
    const second = unbegun === undefined && chance(0.15) ? open[below(open.length)]! : first;
    const choices = [first, ...(second === first ? [] : [second])].map((index) => {
      queues[index]!.begun = true;
      return { index, finish_reason: null, ...queues[index]!.shift() };
    });
    chunks.push({
      ...head,
      // Azure, and others, leave the id out now and then.
      ...(chunks.length > 0 && chance(0.05) && { id: '' }),
      ...(chance(0.1) && { obfuscation: 'xyz' }),
      ...(usage && chance(0.3) && { usage: null }),
      choices,
    });
  }
  if (usage) chunks.push({ ...head, choices: [], usage });

  const { system_fingerprint, ...top } = rest;
  return {
    chunks: chunks as Chunk[],
    params: paramsOf(given.structured),
    completion: {
      id: 'chatcmpl-1',
      created: 5,
      model: 'm',
      ...top,
      ...(system_fingerprint && { system_fingerprint }),
      ...(usage && { usage }),
      object: 'chat.completion',
      choices: plans.map((plan, index) => wholeChoice(plan, index)),
    } as unknown as ChatCompletion,
  };
}

/** Leaves out what does not go together. */
function settle(plan: Plan, structured: boolean): Plan {
  const legacy = plan.calls.length === 0 && !plan.audio ? plan.legacy : undefined;
  let { content } = plan;
  // Content that must be JSON is there, unless something else is.
  if (structured && !content) content = plan.calls.length > 0 || plan.refusal || legacy ? null : '{}';
  // The original fails structured content that is whole and refused at once in other ways.
  return { ...plan, legacy, content, refusal: structured && content ? null : plan.refusal };
}

function finishOf({ calls, legacy }: Plan): string {
  return legacy ? 'function_call' : calls.length > 0 ? 'tool_calls' : 'stop';
}

interface Chance {
  below(limit: number): number;
  chance(share: number): boolean;
}

function stepsOf(plan: Plan, kind: Kind, random: Chance): Step[] & { begun?: boolean } {
  const { below, chance } = random;
  const cut = (text: string): string[] => {
    const pieces: string[] = [];
    for (let at = 0; at < text.length;) {
      const size = 1 + below(12);
      pieces.push(text.slice(at, at + size));
      at += size;
    }
    return pieces;
  };
  const token = (text: string): Fields => ({ token: text, logprob: -1, bytes: null, top_logprobs: [] });
  const steps: Step[] = [{ delta: { role: 'assistant' } }];
  if (plan.content !== null) steps[0]!.delta['content'] = '';
  else if (chance(0.5)) steps[0]!.delta['content'] = null;
  if (chance(0.3)) steps[0]!.delta['refusal'] = null;

  for (const piece of cut(plan.reasoning)) steps.push({ delta: { reasoning_content: piece, content: null } });
  for (const name of ['content', 'refusal'] as const) {
    for (const piece of cut(plan[name] ?? '')) {
      const logprobs = plan.logprobs
        ? { logprobs: { content: null, refusal: null, [name]: [token(piece)] } }
        : {};
      steps.push({ delta: { [name]: piece }, ...logprobs });
    }
  }
  if (plan.legacy) {
    steps.push({ delta: { function_call: { name: plan.legacy.name, arguments: '' } } });
    for (const piece of cut(plan.legacy.arguments))
      steps.push({ delta: { function_call: { arguments: piece } } });
  }
  steps.push(...callSteps(plan.calls, kind, cut, random));
  if (plan.audio) {
    const { id, data, transcript, expires_at } = plan.audio;
    steps.push({ delta: { audio: { id, data: '', transcript: '' } } });
    for (const piece of cut(data)) steps.push({ delta: { audio: { data: piece } } });
    for (const piece of cut(transcript)) steps.push({ delta: { audio: { transcript: piece } } });
    steps.push({ delta: { audio: { expires_at } } });
  }
  const last = steps.at(-1)!;
  const mayEndWithText = kind.calls === 'interleaved' || plan.calls.length === 0;
  if (mayEndWithText && chance(0.2)) last.finish_reason = finishOf(plan);
  else steps.push({ delta: {}, finish_reason: finishOf(plan) });
  return steps;
}

/** The deltas of the tool calls: the first of each names it, the others bring its text. */
function callSteps(
  calls: Call[],
  kind: Kind,
  cut: (text: string) => string[],
  { below, chance }: Chance,
): Step[] {
  const queues = calls.map(({ type, id, name, text }, index) => {
    const field = type === 'function' ? 'arguments' : 'input';
    const opening = { index, ...((id || chance(0.5)) && { id }), type, [type]: { name, [field]: '' } };
    return [opening, ...cut(text).map((piece) => ({ index, [type]: { [field]: piece } }))] as Fields[];
  });
  const steps: Step[] = [];
  let opened = 0;
  for (;;) {
    const open = queues.flatMap((queue, index) => (queue.length ? [index] : []));
    if (open.length === 0) return steps;
    // Calls are opened in order of their index.
    const ready = open.filter((index) => index <= opened);
    const index = kind.calls === 'in turn' ? ready[0]! : ready[below(ready.length)]!;
    opened = Math.max(opened, index + 1);
    const delta = queues[index]!.shift()!;
    const previous = steps.at(-1)?.delta;
    if (kind.calls === 'interleaved' && previous && chance(0.2)) previous['tool_calls'].push(delta);
    else steps.push({ delta: { tool_calls: [delta] } });
  }
}

function wholeChoice(plan: Plan, index: number): Fields {
  const tokens = (text: string | null): boolean => Boolean(plan.logprobs && text);
  const { content, refusal, legacy, calls, audio, reasoning } = plan;
  return {
    index,
    finish_reason: finishOf(plan),
    // Cut differently each time, so only whether there are any can be told.
    logprobs: tokens(content) || tokens(refusal) ? 'some' : null,
    message: {
      role: 'assistant',
      content,
      refusal,
      ...(reasoning && { reasoning_content: reasoning }),
      ...(legacy && { function_call: legacy }),
      ...(audio && { audio }),
      ...(calls.length > 0 && {
        tool_calls: calls.map(({ type, id, name, text }) => ({
          id,
          type,
          [type]: { name, [type === 'function' ? 'arguments' : 'input']: text },
        })),
      }),
    },
  };
}

function paramsOf(structured: boolean): Answer['params'] {
  const tool = (name: string, strict: boolean): object => ({
    type: 'function',
    function: { name, strict, parameters: { type: 'object' } },
  });
  if (!structured) return {};
  return {
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'any', strict: true, schema: { type: 'object' } },
    },
    tools: [tool('plain', false), tool('strict', true)],
  };
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
