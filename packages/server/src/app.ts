/** The app: a function from `Request` to `Response`, with or without a socket. */
import { Hono, type Context, type Handler, type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { Cassette } from './cassette/cassette.ts';
import { appDefaults, asksForKey, timerMs, unfailing, type AppConfig } from './config.ts';
import { Fixtures } from './fixtures/fixtures.ts';
import { defaultProject, hostCheck, keyCheck, withoutKey } from './http/auth.ts';
import { ApiError, invalidRequest, toApiError } from './http/errors.ts';
import { withoutBodyOfHead } from './http/head.ts';
import { noteProject, type Journal } from './http/journal.ts';
import type { PageFiles } from './http/page-files.ts';
import { notesOf, observed, type RequestObserver } from './http/request-event.ts';
import {
  failureEntry,
  newRequestId,
  requestLine,
  requestRecord,
  setAnswerHeaders,
} from './http/telemetry.ts';
import type { Metrics } from './metrics/metrics.ts';
import { ModelLists } from './models/model-lists.ts';
import type { Models } from './models/routing.ts';
import type { Upstreams } from './models/upstreams.ts';
import {
  deleteCompletion,
  listCompletions,
  retrieveCompletion,
  updateCompletion,
} from './routes/chat-completions.ts';
import { addFixtures, listRequests, reset } from './routes/control.ts';
import { createCompletion } from './routes/create-completion.ts';
import { createEmbeddings } from './routes/embeddings.ts';
import { createTextCompletion } from './routes/text-completions.ts';
import { health, readiness } from './routes/health.ts';
import { listMessages } from './routes/messages.ts';
import { deleteModel, listModels, retrieveModel } from './routes/models.ts';
import { createModeration } from './routes/moderations.ts';
import { pageRoutes } from './routes/page.ts';
import { partsByProject, type Control, type Parts } from './routes/parts.ts';
import { SandboxAsks } from './sandbox/asks.ts';
import { rateLimitHeaders } from './sandbox/rate-limit.ts';
import type { Store } from './store/completions.ts';

export interface AppParts {
  store: Store;
  models: Models;
  /** Servers that requests for their models are forwarded to, instead of `models`. */
  upstreams?: Upstreams | undefined;
  config?: Partial<AppConfig> | undefined;
  /** Scripted replies to chat completions. Requests without a fixture go to their model. */
  fixtures?: Fixtures | undefined;
  /** Recorded responses, used instead of `models` for requests without a fixture. */
  cassette?: Cassette | undefined;
  /** Records the requests of the API and their responses. Default: nothing is recorded. */
  journal?: Journal | undefined;
  /** Counts requests, and adds the route `/metrics`. Default: it does not exist. */
  metrics?: Metrics | undefined;
  /** Adds the routes `/sandbox/*`, which read the journal and change the fixtures. Default: they do not exist. */
  control?: Control | undefined;
  /** The page that shows stored completions, at `/`. Default: there is none. */
  page?: PageFiles | undefined;
  /** Aborts when the server begins to close. */
  stopping?: AbortSignal | undefined;
}

type Env = { Variables: { requestId: string; project: string } };
type Route = (c: Context, parts: Parts) => Response | Promise<Response>;

/** Every route exists with `/v1` and without it. */
const bases = ['/v1', ''];

/** They need no key. */
const probes: Record<string, Route> = {
  '/health': health,
  '/health/live': health,
  '/health/ready': readiness,
};

/** Every route of the API. */
const routes: [path: string, methods: Record<string, Route>][] = [
  ['/chat/completions', { GET: listCompletions, POST: createCompletion }],
  ['/chat/completions/:id', { GET: retrieveCompletion, POST: updateCompletion, DELETE: deleteCompletion }],
  ['/chat/completions/:id/messages', { GET: listMessages }],
  ['/completions', { POST: createTextCompletion }],
  ['/embeddings', { POST: createEmbeddings }],
  ['/moderations', { POST: createModeration }],
  ['/models', { GET: listModels }],
  ['/models/:id{.+}', { GET: retrieveModel, DELETE: deleteModel }],
];

/** For tests in other languages. */
const controlRoutes: typeof routes = [
  ['/sandbox/fixtures', { POST: addFixtures }],
  ['/sandbox/requests', { GET: listRequests }],
  ['/sandbox/reset', { POST: reset }],
];

/**
 * Creates an app for a store and models, which the caller closes. `app.fetch(request)` resolves with the response to a
 * request and never rejects: every failure is a response with the error object of the API. Throws a `SettingError` if
 * `quirk`, `fault` or a key in the config is invalid.
 */
export function createApp({
  store,
  models,
  upstreams,
  cassette,
  config: given,
  fixtures = new Fixtures(),
  journal,
  control,
  metrics,
  page,
  stopping,
}: AppParts): Hono<Env> {
  const config = { ...appDefaults, ...given };
  config.keepAliveMs = timerMs(config.keepAliveMs);
  config.log = config.log && unfailing(config.log);
  const fail = (thrown: unknown, c: Context): ApiError => {
    const error = toApiError(thrown);
    const entry = failureEntry(error, c.get('requestId'), config.logFormat);
    if (entry !== undefined) config.log?.(withoutKey(entry, c.req.raw.headers));
    return error;
  };
  const asks = new SandboxAsks(config);
  const parts: Parts = {
    project: defaultProject,
    store,
    models,
    upstreams,
    lists: upstreams && new ModelLists(upstreams),
    fixtures,
    cassette,
    config,
    asks,
    journal,
    control,
    stopping,
    fail,
  };
  const partsOf = partsByProject(parts);

  const app = new Hono<Env>();
  const observers = observersOf(config, metrics);
  if (observers.length > 0) app.use(observed(observers));
  app.use(identified(config.logRequests && config.logFormat === 'text' ? config.log : undefined));
  app.use(checked(checkURL, (c) => c.req.raw.url));
  if (config.cors.length > 0) app.use(crossOrigin(config.cors));
  if (config.allowedHosts) app.use(checked(hostCheck(config.allowedHosts), (c) => c.req.raw));
  for (const [path, respond] of page ? pageRoutes(page) : []) {
    app.get(path, respond);
    app.all(path, notAllowed(['GET']));
  }
  for (const base of bases) {
    for (const [path, route] of Object.entries(probes)) {
      app.get(base + path, (c) => route(c, parts));
      app.all(base + path, notAllowed(['GET']));
    }
  }
  if (journal) app.use(journal.middleware());
  app.use(withoutBodyOfHead);
  app.use(inProject(config));
  for (const base of bases) {
    for (const [path, methods] of control ? [...routes, ...controlRoutes] : routes) {
      for (const [method, route] of Object.entries(methods))
        app.on(method, base + path, (c) => {
          notesOf(c).route = path;
          return route(c, partsOf(c.get('project')));
        });
      app.all(base + path, notAllowed(Object.keys(methods)));
    }
  }
  if (metrics) {
    app.get('/metrics', async (c) =>
      c.body(await metrics.text(), 200, { 'content-type': metrics.contentType }),
    );
  }
  app.notFound((c) => {
    const url = `${c.req.method} ${c.req.path.slice(0, 200)}`;
    return errorResponse(new ApiError(404, `Invalid URL (${url})`));
  });
  app.onError((thrown, c) => {
    // The caller has gone, and the model was told so: that is not a failure, and nobody reads the answer.
    if (c.req.raw.signal.aborted) return new Response(null, { status: 499 });
    return errorResponse(fail(thrown, c));
  });
  return app;
}

function observersOf({ log, logRequests, logFormat }: AppConfig, metrics?: Metrics): RequestObserver[] {
  const observers: RequestObserver[] = [];
  if (metrics) observers.push(metrics.observe);
  if (log && logRequests && logFormat === 'json') observers.push((event) => log(requestRecord(event)));
  return observers;
}

function errorResponse(error: ApiError): Response {
  return Response.json(error.toJSON(), { status: error.status, headers: error.headers });
}

/** Gives the request its id and the response its headers, and logs one line for both. */
function identified(log: AppConfig['log']): MiddlewareHandler<Env> {
  return async (c, next) => {
    const startedAt = performance.now();
    const requestId = newRequestId();
    c.set('requestId', requestId);
    await next();
    // An upstream has set its own, by which its operators find the request.
    if (!c.res.headers.has('x-request-id')) setAnswerHeaders(c.res.headers, requestId, startedAt);
    log?.(requestLine(c.req.raw, c.res.status, requestId, startedAt));
  };
}

/** Finds the project of the key, and refuses requests without a key of ours where one is needed. */
function inProject(config: AppConfig): MiddlewareHandler<Env> {
  const projectOf = asksForKey(config) ? keyCheck(config) : undefined;
  return async (c, next) => {
    const project = projectOf?.(c.req.raw.headers) ?? defaultProject;
    c.set('project', project);
    noteProject(c, project);
    if (projectOf) notesOf(c).project = project;
    await next();
  };
}

function crossOrigin(origins: readonly string[]): MiddlewareHandler {
  return cors({
    origin: origins.includes('*') ? '*' : [...origins],
    allowMethods: ['GET', 'POST', 'DELETE'],
    exposeHeaders: [
      'x-request-id',
      'openai-processing-ms',
      'retry-after',
      'retry-after-ms',
      'x-sandbox-note',
      ...rateLimitHeaders,
    ],
    maxAge: 600,
  });
}

function checked<Part>(check: (part: Part) => void, partOf: (c: Context) => Part): MiddlewareHandler {
  return async (c, next) => {
    check(partOf(c));
    await next();
  };
}

/** A host such as `127.999.999.999` passes the parser of the request, but is not valid. */
function checkURL(url: string): void {
  if (!URL.canParse(url)) throw invalidRequest(null, 'We could not read your request: invalid host header.');
}

function notAllowed(methods: string[]): Handler {
  const allow = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  return (c) => {
    throw new ApiError(
      405,
      `Not allowed to ${c.req.method} on ${c.req.path.slice(0, 200)}. ` +
        '(HINT: Perhaps you meant to use a different HTTP method?)',
      { code: 'method_not_supported', headers: { allow: allow.join(', ') } },
    );
  };
}
