import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { type RunningServer, startServer } from 'colloquy-server';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { OpenAI } from '../client.ts';
import type { ClientOptions } from '../http/options.ts';
import { instrument } from './instrument.ts';
import type { InstrumentOptions } from './instrument.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer({ port: 0, db: ':memory:' });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(async () => {
  context.disable();
  await server.close();
});
afterEach(() => vi.unstubAllEnvs());

const messages = [{ role: 'user' as const, content: 'What is 2 + 2?' }];
const body = { model: 'sandbox', messages };

function traced(options: InstrumentOptions = {}, clientOptions: ClientOptions = {}) {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({
    exporter: metricExporter,
    exportIntervalMillis: 60_000,
  });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const made = new OpenAI({ apiKey: 'k', baseURL: server.url, logLevel: 'off', ...clientOptions });
  const client = instrument(made, { tracerProvider, meterProvider, ...options });
  return {
    made,
    client,
    spans: () => exporter.getFinishedSpans(),
    tracer: tracerProvider.getTracer('test'),
    async metrics(): Promise<Record<string, any[]>> {
      await reader.forceFlush();
      const all =
        metricExporter
          .getMetrics()
          .at(-1)
          ?.scopeMetrics.flatMap(({ metrics }) => metrics) ?? [];
      return Object.fromEntries(all.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints]));
    },
  };
}

const named = (spans: ReadableSpan[], name: string): ReadableSpan[] =>
  spans.filter((span) => span.name === name);

describe('a completion', () => {
  it('is a span with the names of the conventions', async () => {
    const { made, client, spans } = traced();
    expect(client).toBe(made);
    const { id } = await client.chat.completions.create({
      ...body,
      temperature: 0.5,
      max_completion_tokens: 99,
      seed: 7,
    });
    expect(spans()).toHaveLength(1);
    const [span] = spans();
    expect(span).toMatchObject({
      name: 'chat sandbox',
      kind: SpanKind.CLIENT,
      status: { code: SpanStatusCode.UNSET },
    });
    expect(span!.attributes).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'server.address': new URL(server.url).hostname,
      'server.port': Number(new URL(server.url).port),
      'gen_ai.request.model': 'sandbox',
      'gen_ai.request.temperature': 0.5,
      'gen_ai.request.max_tokens': 99,
      'gen_ai.request.seed': 7,
      'gen_ai.response.id': id,
      'gen_ai.response.model': 'sandbox',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': expect.any(Number),
      'gen_ai.usage.output_tokens': expect.any(Number),
      'gen_ai.usage.cache_read.input_tokens': 0,
      'gen_ai.usage.reasoning.output_tokens': 0,
      'openai.response.service_tier': 'default',
      'openai.response.system_fingerprint': expect.any(String),
    });
  });

  it('is one span over all attempts, a child of what is active, and the parent of what fetch does', async () => {
    const parents: unknown[] = [];
    const { client, spans, tracer } = traced(
      {},
      {
        fetch: (...args) => {
          parents.push(trace.getSpan(context.active())?.spanContext().spanId);
          return fetch(...args);
        },
      },
    );
    const headers = {
      'x-sandbox-fault': 'status=503;retry-after=1ms;times=1',
      'x-sandbox-fault-id': crypto.randomUUID(),
    };
    await tracer.startActiveSpan('outer', async (outer) => {
      await client.chat.completions.parse(body, { headers });
      outer.end();
    });
    const [span, outer] = spans();
    expect([span!.name, outer!.name, spans().length]).toEqual(['chat sandbox', 'outer', 2]);
    expect(span!.parentSpanContext?.spanId).toBe(outer!.spanContext().spanId);
    expect(parents).toEqual([span!.spanContext().spanId, span!.spanContext().spanId]);
  });

  it('that fails has the status as its type', async () => {
    const { client, spans, metrics } = traced({}, { maxRetries: 0 });
    const headers = { 'x-sandbox-fault': 'status=429' };
    await expect(client.chat.completions.create(body, { headers })).rejects.toThrow('429');
    const [span] = spans();
    expect(span!.status).toEqual({ code: SpanStatusCode.ERROR, message: expect.stringContaining('429') });
    expect(span!.attributes['error.type']).toBe('429');
    const [point] = (await metrics())['gen_ai.client.operation.duration']!;
    expect(point.attributes).toMatchObject({ 'error.type': '429', 'gen_ai.request.model': 'sandbox' });
  });
});

describe('a stream', () => {
  it.each(['create', 'stream'] as const)('is a span until its end, by %s', async (how) => {
    const { client, spans, metrics } = traced({}, { usage: () => {} });
    if (how === 'stream') await client.chat.completions.stream(body).done();
    else
      for await (const _ of await client.chat.completions.create({ ...body, stream: true }))
        expect(spans()).toEqual([]);
    expect(spans()).toHaveLength(1);
    const { attributes } = spans()[0]!;
    expect(attributes).toMatchObject({
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.response.time_to_first_chunk': expect.any(Number),
      'gen_ai.usage.output_tokens': expect.any(Number),
    });
    const told = await metrics();
    expect(Object.keys(told).sort()).toEqual([
      'gen_ai.client.operation.duration',
      'gen_ai.client.operation.time_per_output_chunk',
      'gen_ai.client.operation.time_to_first_chunk',
      'gen_ai.client.token.usage',
    ]);
    expect(
      told['gen_ai.client.token.usage']!.map(({ attributes: of, value }) => [
        of['gen_ai.token.type'],
        value.sum,
      ]),
    ).toEqual([
      ['input', attributes['gen_ai.usage.input_tokens']],
      ['output', attributes['gen_ai.usage.output_tokens']],
    ]);
    const [duration] = told['gen_ai.client.operation.duration']!;
    expect(duration.value.buckets.boundaries).toEqual(
      [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92].map((bound) =>
        expect.closeTo(bound, 9),
      ),
    );
    expect(told['gen_ai.client.token.usage']![0].value.buckets.boundaries.at(-1)).toBe(67_108_864);
  });

  it('that is cut has failed, and one that is left has not', async () => {
    const { client, spans } = traced();
    const cut = await client.chat.completions.create(
      { ...body, stream: true },
      { headers: { 'x-sandbox-fault': 'cut-after=2' } },
    );
    await expect(
      (async () => {
        for await (const _ of cut);
      })(),
    ).rejects.toThrow('ended before');
    for await (const _ of await client.chat.completions.create({ ...body, stream: true })) break;
    expect(spans().map(({ attributes, status }) => [attributes['error.type'], status.code])).toEqual([
      ['StreamTruncatedError', SpanStatusCode.ERROR],
      [undefined, SpanStatusCode.UNSET],
    ]);
  });
});

describe('runTools', () => {
  const tools = (run: () => unknown) => [
    {
      type: 'function' as const,
      function: {
        name: 'get_weather',
        description: 'The weather',
        parameters: { type: 'object', properties: { city: { type: 'string' } } },
        function: run,
      },
    },
  ];
  const asking = {
    model: 'sandbox',
    messages: [{ role: 'user' as const, content: 'What is the weather in Paris?' }],
  };

  it.each([false, true])('is a span around its completions and tools, streaming: %s', async (stream) => {
    const { client, spans } = traced();
    let active: string | undefined;
    const run = () => {
      active = trace.getSpan(context.active())?.spanContext().spanId;
      return '18 degrees';
    };
    await client.chat.completions.runTools({ ...asking, stream, tools: tools(run) } as any).done();
    const [root] = named(spans(), 'invoke_agent');
    const [tool] = named(spans(), 'execute_tool get_weather');
    const chats = named(spans(), 'chat sandbox');
    expect(chats).toHaveLength(2);
    expect(root!.parentSpanContext).toBeUndefined();
    for (const child of [tool!, ...chats])
      expect(child.parentSpanContext?.spanId).toBe(root!.spanContext().spanId);
    expect(active).toBe(tool!.spanContext().spanId);
    expect(tool!.attributes).toEqual({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'get_weather',
      'gen_ai.tool.type': 'function',
      'gen_ai.tool.call.id': expect.stringMatching(/^call_/),
    });
  });

  it('has no text of a failed tool, unless content is recorded', async () => {
    for (const captureContent of [false, true]) {
      const { client, spans } = traced({ captureContent });
      const run = () => {
        throw new RangeError('secret');
      };
      await client.chat.completions
        .runTools({ ...asking, tools: tools(run) } as any)
        .done()
        .catch(() => {});
      const [tool] = named(spans(), 'execute_tool get_weather');
      expect(tool!.attributes['error.type']).toBe('RangeError');
      expect(tool!.status.message).toBe(captureContent ? 'secret' : undefined);
    }
  });
});

describe('content', () => {
  it('is recorded when the option or the environment asks for it', async () => {
    for (const [option, variable] of [
      [true, ''],
      [undefined, 'true'],
      [undefined, 'SPAN_ONLY'],
    ] as const) {
      vi.stubEnv('OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT', variable);
      const { client, spans } = traced({ captureContent: option });
      const { choices } = await client.chat.completions.create(body);
      const { attributes } = spans()[0]!;
      expect(JSON.parse(String(attributes['gen_ai.input.messages']))).toEqual([
        { role: 'user', parts: [{ type: 'text', content: 'What is 2 + 2?' }] },
      ]);
      expect(JSON.parse(String(attributes['gen_ai.output.messages']))).toEqual([
        {
          role: 'assistant',
          parts: [{ type: 'text', content: choices[0]!.message.content }],
          finish_reason: 'stop',
        },
      ]);
    }
  });

  it('is not recorded otherwise', async () => {
    for (const variable of ['', 'false', 'NO_CONTENT']) {
      vi.stubEnv('OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT', variable);
      const { client, spans } = traced();
      await client.chat.completions.create(body);
      expect(JSON.stringify(spans()[0]!.attributes)).not.toMatch(/2 \+ 2/);
    }
  });
});

it('names metrics as the environment asks', async () => {
  vi.stubEnv('OTEL_SEMCONV_STABILITY_OPT_IN', 'http, gen_ai_latest_experimental');
  const { client, metrics } = traced();
  await client.chat.completions.create(body);
  expect(Object.keys(await metrics()).sort()).toEqual([
    'gen_ai.client.inference.operation.duration',
    'gen_ai.client.inference.token.usage',
  ]);
});

it('traces embeddings and text completions, and nothing else', async () => {
  const { client, spans } = traced();
  await client.embeddings.create({ model: 'sandbox', input: 'a', dimensions: 8 });
  await client.completions.create({ model: 'sandbox', prompt: 'a', max_tokens: 5 });
  await client.models.list();
  await client.moderations.create({ input: 'a' });
  expect(spans().map(({ name }) => name)).toEqual(['embeddings sandbox', 'text_completion sandbox']);
  expect(spans()[0]!.attributes).toMatchObject({
    'gen_ai.embeddings.dimension.count': 8,
    'gen_ai.usage.input_tokens': expect.any(Number),
  });
});

it('keeps the observer that a client has, covers clients made of it, and is done once', async () => {
  const seen: string[] = [];
  const { client, spans } = traced(
    {},
    { observe: () => ({ run: (work) => work(), end: ({ outcome }) => void seen.push(outcome) }) },
  );
  instrument(client);
  await instrument(client.withOptions({ timeout: 9_999 })).chat.completions.create(body);
  expect(seen).toEqual(['complete']);
  expect(spans()).toHaveLength(1);
  expect(() => instrument({})).toThrow('instrument() needs a client');
});
