/**
 * The names of all metrics, in the spelling of Prometheus: where OpenTelemetry has a name, its dots are underscores and
 * its unit is at the end. Its conventions for generative AI are still in development, so their names are only here.
 */

/** Labels that several metrics have. */
export const label = {
  method: 'http_request_method',
  route: 'http_route',
  status: 'http_response_status_code',
  operation: 'gen_ai_operation_name',
  provider: 'gen_ai_provider_name',
  model: 'gen_ai_request_model',
  tokenType: 'gen_ai_token_type',
  error: 'error_type',
  upstream: 'upstream',
  reason: 'reason',
} as const;

const ofModel = [label.operation, label.provider, label.model];

/** Buckets that the conventions advise, in seconds. */
const buckets = {
  http: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 120],
  request: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
  firstToken: [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
};

export const histograms = {
  /** `http.server.request.duration` */
  http: {
    name: 'http_server_request_duration_seconds',
    help: 'Time until the response ended, for every request',
    labelNames: [label.method, label.route, label.status],
    buckets: buckets.http,
  },
  /** `gen_ai.server.request.duration` */
  request: {
    name: 'gen_ai_server_request_duration_seconds',
    help: 'Time until the response ended, for requests that run a model',
    labelNames: [...ofModel, label.error],
    buckets: buckets.request,
  },
  /** `gen_ai.server.time_to_first_token` */
  firstToken: {
    name: 'gen_ai_server_time_to_first_token_seconds',
    help: 'Time until the first bytes of a streamed response',
    labelNames: ofModel,
    buckets: buckets.firstToken,
  },
};

export const counters = {
  tokens: {
    name: 'colloquy_tokens_total',
    help: 'Tokens of prompts (input) and of completions (output), as models report them',
    labelNames: [...ofModel, label.tokenType],
  },
  upstreamFailures: {
    name: 'colloquy_upstream_failures_total',
    help: 'Failed attempts at an upstream',
    labelNames: [label.upstream, label.reason],
  },
  stored: {
    name: 'colloquy_completions_stored_total',
    help: 'Completions that this process has stored',
    labelNames: [],
  },
};

/** `gen_ai.operation.name` of the routes that run a model. */
export const operations: Record<string, string> = {
  '/chat/completions': 'chat',
  '/completions': 'text_completion',
  '/embeddings': 'embeddings',
  '/moderations': 'moderations',
};
