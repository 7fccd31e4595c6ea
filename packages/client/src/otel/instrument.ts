/**
 * Records spans and metrics of a client, for any OpenTelemetry SDK: an observer that uses the names of the conventions.
 */

import { context, metrics, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Histogram, Meter, Span, Tracer } from '@opentelemetry/api';
import type {
  CallObserver,
  EndEvent,
  Observe,
  ObservedCall,
  ObservedRequest,
  ObservedTool,
} from '../http/observer.ts';
import { readEnv } from '../http/platform.ts';
import { VERSION } from '../version.ts';
import { inputOf, outputOf } from './content.ts';
import * as names from './names.ts';

/** Options of {@link instrument}. */
export interface InstrumentOptions {
  /** Creates the tracer that records spans. Default: the global provider of `@opentelemetry/api`. */
  tracerProvider?: { getTracer(name: string, version?: string): unknown } | undefined;
  /** Creates the meter that records durations and tokens. Default: the global provider of `@opentelemetry/api`. */
  meterProvider?: { getMeter(name: string, version?: string): unknown } | undefined;
  /**
   * Records messages, tool definitions, arguments and results. Default: whether the environment variable
   * `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` is `true`, or names spans.
   */
  captureContent?: boolean | undefined;
}

type Fields = Record<string, any>;
type Histograms = Record<keyof typeof names.histograms, Histogram>;

/** What the observers of one client share. */
interface Instruments extends Histograms {
  tracer: Tracer;
  capture: boolean;
}

const instrumented: WeakSet<Observe> = /* @__PURE__ */ new WeakSet();

/**
 * Records the calls of `client`, and of clients that `withOptions()` derives from it. Returns `client`. A client is
 * instrumented only once.
 *
 * A completion or list of embeddings is one span, however many attempts it takes. A run of `runTools()` is a span around
 * its completions and tools.
 */
export function instrument<Client extends object>(client: Client, options: InstrumentOptions = {}): Client {
  const own = (client as { _options?: { observe?: Observe | undefined } })._options;
  if (!own) throw new TypeError('instrument() needs a client of colloquy');
  const { observe: before } = own;
  if (before && instrumented.has(before)) return client;
  const ours = observer(options);
  const observe: Observe = before ? (call) => both(ours(call), before(call)) : ours;
  instrumented.add(observe);
  own.observe = observe;
  return client;
}

function observer({ tracerProvider, meterProvider, captureContent }: InstrumentOptions): Observe {
  const scope = ['colloquy', VERSION] as const;
  const meter = (meterProvider ?? metrics).getMeter(...scope) as Meter;
  const instruments: Instruments = {
    ...histogramsOf(meter),
    tracer: (tracerProvider ?? trace).getTracer(...scope) as Tracer,
    capture:
      captureContent ??
      /true|span/i.test(readEnv('OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT') ?? ''),
  };
  return (call: ObservedCall) => {
    if (call.kind === 'tool') return toolOf(call, instruments);
    if (call.kind === 'run') return runOf(call.body as Fields, instruments);
    const operation = call.method === 'post' ? names.operations[call.path] : undefined;
    return operation ? requestOf(call, operation, instruments) : undefined;
  };
}

function histogramsOf(meter: Meter): Histograms {
  const latest = readEnv('OTEL_SEMCONV_STABILITY_OPT_IN')
    ?.split(/\s*,\s*/)
    .includes('gen_ai_latest_experimental');
  const entries = Object.entries(names.histograms).map(([key, { name, unit, description, bounds }]) => [
    key,
    meter.createHistogram(latest ? name.replace('client.', 'client.inference.') : name, {
      unit,
      description,
      advice: { explicitBucketBoundaries: bounds },
    }),
  ]);
  return Object.fromEntries(entries) as Histograms;
}

function requestOf(call: ObservedRequest, operation: string, instruments: Instruments): CallObserver {
  const body = Object(call.body) as Fields;
  const { tracer, capture, duration, tokens, firstChunk, nextChunk } = instruments;
  const server = serverOf(call.baseURL);
  const asked = attributesOf(names.request, body);
  const span = tracer.startSpan(nameOf(operation, body['model']), {
    kind: SpanKind.CLIENT,
    attributes: {
      [names.operation]: operation,
      ...server,
      ...asked,
      ...(capture &&
        definedOf({
          [names.content.input]: inputOf(body),
          [names.content.definitions]: json(body['tools']),
        })),
    },
  });
  const common: Attributes = definedOf({
    [names.operation]: operation,
    ...server,
    [names.requestModel]: asked[names.requestModel],
  });
  const startTime = performance.now();
  let last = 0;
  return {
    run: inside(span),
    chunk() {
      const now = performance.now();
      if (last) nextChunk.record((now - last) / 1000, common);
      else {
        const seconds = (now - startTime) / 1000;
        span.setAttribute(names.firstChunk, seconds);
        firstChunk.record(seconds, common);
      }
      last = now;
    },
    end(event) {
      const value = Object(event.value) as Fields;
      const isRead = !(event.value instanceof Response);
      if (isRead) span.setAttributes(attributesOf(names.response, value));
      span.setAttributes(attributesOf(names.usage, Object(event.usage) as Fields));
      if (capture && isRead) span.setAttributes(definedOf({ [names.content.output]: outputOf(value) }));
      fail(span, event, true);
      span.end();
      const facts = definedOf({
        ...common,
        [names.responseModel]: isRead ? value['model'] : undefined,
        [names.errorType]: errorType(event),
      });
      duration.record((performance.now() - startTime) / 1000, facts);
      for (const [type, count] of [
        ['input', event.usage?.prompt_tokens],
        ['output', event.usage?.completion_tokens],
      ] as const)
        if (typeof count === 'number') tokens.record(count, { ...facts, [names.tokenType]: type });
    },
  };
}

function runOf(body: Fields, { tracer, capture }: Instruments): CallObserver {
  const operation = 'invoke_agent';
  const attributes = definedOf({ [names.operation]: operation, [names.requestModel]: body['model'] });
  const span = tracer.startSpan(operation, { kind: SpanKind.INTERNAL, attributes });
  return {
    run: inside(span),
    end(event) {
      fail(span, event, capture);
      span.end();
    },
  };
}

function toolOf({ name, call }: ObservedTool, { tracer, capture }: Instruments): CallObserver {
  const operation = 'execute_tool';
  const given = call.type === 'custom' ? call.custom.input : call.function.arguments;
  const span = tracer.startSpan(nameOf(operation, name), {
    kind: SpanKind.INTERNAL,
    attributes: {
      [names.operation]: operation,
      [names.toolName]: name,
      [names.toolType]: 'function',
      [names.toolCall]: call.id,
      ...(capture && { [names.content.arguments]: given }),
    },
  });
  return {
    run: inside(span),
    end(event) {
      if (capture) span.setAttributes(definedOf({ [names.content.result]: json(event.value) }));
      fail(span, event, capture);
      span.end();
    },
  };
}

const nameOf = (operation: string, what: unknown): string => (what ? `${operation} ${what}` : operation);

const inside =
  (span: Span) =>
  (work: () => void): void =>
    context.with(trace.setSpan(context.active(), span), work);

/** The text of an error may hold what was said to a tool, so it is only told where that may be. */
function fail(span: Span, event: EndEvent, withText: boolean): void {
  const type = errorType(event);
  if (!type) return;
  const message = withText
    ? { message: String((event.error as Error | undefined)?.message ?? event.error) }
    : {};
  span.setAttribute(names.errorType, type);
  span.setStatus({ code: SpanStatusCode.ERROR, ...message });
}

/** The status of an error response, else the class of the error. A stream that its reader left has not failed. */
function errorType({ outcome, error }: EndEvent): string | undefined {
  if (outcome === 'complete' || (outcome === 'aborted' && error === undefined)) return undefined;
  const { status, constructor } = Object(error ?? outcome) as {
    status?: unknown;
    constructor: { name: string };
  };
  return status ? String(status) : error instanceof Error ? constructor.name : outcome;
}

function serverOf(baseURL: string): Attributes {
  if (!URL.canParse(baseURL)) return { [names.provider]: 'openai' };
  const { hostname, port, protocol } = new URL(baseURL);
  const known = names.providers.find(([host]) => host.test(hostname));
  return {
    [names.provider]: known?.[1] ?? 'openai',
    [names.address]: hostname,
    [names.port]: Number(port) || (protocol === 'http:' ? 80 : 443),
  };
}

function attributesOf(table: Record<string, (from: Fields) => unknown>, from: Fields): Attributes {
  return definedOf(Object.fromEntries(Object.entries(table).map(([name, read]) => [name, read(from)])));
}

function definedOf(attributes: Record<string, unknown>): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value != null)) as Attributes;
}

/** Text as it is, anything else as JSON. */
function json(value: unknown): string | undefined {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Two observers as one. */
function both(
  ours: CallObserver | undefined | void,
  other: CallObserver | undefined | void,
): CallObserver | undefined {
  if (!ours || !other) return ours ?? other ?? undefined;
  const merged: Fields = {};
  for (const name of ['attempt', 'response', 'retry', 'failure', 'chunk', 'end'] as const)
    merged[name] = (event: never) => {
      ours[name]?.(event);
      return other[name]?.(event);
    };
  merged['run'] = (work: () => void) => ours.run?.(() => (other.run ? other.run(work) : work()));
  return merged;
}
