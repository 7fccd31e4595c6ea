/** Counts requests for Prometheus. */
import type { RequestEvent } from '../http/request-event.ts';
import { counters, histograms, label, operations } from './names.ts';

export interface Metrics {
  /** The content type of `text()`. */
  readonly contentType: string;
  /** Every metric in the text format of Prometheus. */
  text(): Promise<string>;
  /** Counts one request. */
  observe(event: RequestEvent): void;
}

/** Metrics of requests, and of the process: memory, CPU, event loop. Each has its own registry. */
export async function createMetrics(): Promise<Metrics> {
  const { collectDefaultMetrics, Counter, Histogram, Registry } = await import('prom-client');
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const http = new Histogram({ ...histograms.http, registers });
  const request = new Histogram({ ...histograms.request, registers });
  const firstToken = new Histogram({ ...histograms.firstToken, registers });
  const tokens = new Counter({ ...counters.tokens, registers });
  const upstreamFailures = new Counter({ ...counters.upstreamFailures, registers });
  const stored = new Counter({ ...counters.stored, registers });
  const modelName = bounded();
  const upstreamName = bounded();

  const countModel = (event: RequestEvent): void => {
    const operation = event.method === 'POST' ? operations[event.route] : undefined;
    if (operation === undefined) return;
    const labels = {
      [label.operation]: operation,
      [label.provider]: event.upstream === undefined ? 'sandbox' : upstreamName(event.upstream),
      [label.model]: modelName(event.model ?? '', event.status < 400),
    };
    request.observe({ ...labels, [label.error]: errorType(event) }, event.durationMs / 1000);
    if (event.firstChunkMs !== undefined) firstToken.observe(labels, event.firstChunkMs / 1000);
    const counted = { input: event.inputTokens, output: event.outputTokens };
    for (const [type, count] of Object.entries(counted)) {
      if (count !== undefined) tokens.inc({ ...labels, [label.tokenType]: type }, Math.max(0, count));
    }
  };

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observe(event) {
      const labels = {
        [label.method]: methods.has(event.method) ? event.method : other,
        [label.route]: event.route,
        [label.status]: event.status,
      };
      http.observe(labels, event.durationMs / 1000);
      countModel(event);
      if (event.stored) stored.inc();
      for (const { upstream, reason } of event.upstreamFailures) {
        upstreamFailures.inc({ [label.upstream]: upstreamName(upstream), [label.reason]: reason });
      }
    },
  };
}

/** What a label says instead of values that it must not grow by. */
const other = '_OTHER';

const methods = new Set(['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'PUT', 'PATCH']);

/** More names than this are counted together. */
const maxNames = 100;

/**
 * Callers choose these names, and each new one would be a time series that never goes away. So only the first 100 that a response succeeded
 * for are kept apart.
 */
function bounded(): (name: string, isKnown?: boolean) => string {
  const names = new Set<string>();
  return (name, isKnown = true) => {
    if (names.has(name)) return name;
    if (!isKnown || name === '' || name.length > 100 || names.size >= maxNames) return other;
    names.add(name);
    return name;
  };
}

/** `''`, which is the same as no label, when nothing failed. */
function errorType({ status, ending }: RequestEvent): string {
  if (status >= 400) return String(status);
  return ending === 'complete' ? '' : ending;
}
