/** How servers report failures: the bodies of their errors, and the ends of failed streams. */
import type { ApiError } from '../../http/errors.ts';
import { type Deviation, type WireAnswer, withChoices } from './wire.ts';

/** The body an error travels in, and the headers that go with it. */
export interface ErrorAnswer {
  body: unknown;
  headers?: Record<string, string>;
}

export type ErrorShape = (error: ApiError) => ErrorAnswer;

/** The status as text under `code`. */
export const codeIsText: ErrorShape = ({ code, status, message, type, param }) => ({
  body: { error: { code: code ?? String(status), message, type, param } },
});

/** The status as a number under `code`. */
export const codeIsStatus: ErrorShape = ({ status, message, type }) => ({
  body: { error: { code: status, message, type } },
});

/** The same, with what the provider behind the router said. */
export const codeAndMetadata: ErrorShape = ({ status, message, type }) => ({
  body: {
    error: {
      code: status,
      message,
      metadata: { provider_name: 'Sandbox', raw: JSON.stringify({ message, type }) },
    },
    user_id: 'user_sandbox',
  },
});

/** No `error` object: the fields stand at the root. */
export const flat: ErrorShape = ({ status, message, param }) => ({
  body: { object: 'error', message, type: classNames[status] ?? 'InternalServerError', param, code: status },
});

const classNames: Record<number, string> = {
  400: 'BadRequestError',
  401: 'AuthenticationError',
  404: 'NotFoundError',
  429: 'RateLimitError',
};

/** A list with one error in it. */
export const list: ErrorShape = ({ status, message }) => ({
  body: [{ error: { code: status, message, status: rpcNames[status] ?? 'INTERNAL' } }],
});

const rpcNames: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
};

/** A list of errors beside a result that is null. */
export const resultAndErrors: ErrorShape = ({ message }) => ({
  body: { result: null, success: false, errors: [{ code: 7009, message }], messages: [] },
});

/** `detail` for what the caller did, `fault` for what the server did. */
export const detailOrFault: ErrorShape = ({ status, message, code, type }) => ({
  body:
    status < 500
      ? { detail: message }
      : { fault: { faultstring: message, detail: { errorcode: code ?? type } } },
});

/** An object for what the caller did, a string and a job for what the server did. */
export const objectOrText: ErrorShape = (error) => ({
  body: error.status < 500 ? error.toJSON() : { error: error.message, job_id: 'job-sandbox' },
});

/** Only the message, without type, param or code: in `error`, and again at the root. */
export const messageOnly: ErrorShape = ({ message }) => ({ body: { error: { message }, message } });

/** One string, with the real error as JSON text inside. */
export const textWithJSON: ErrorShape = ({ status, message, type }) => ({
  body: {
    error: `Engine protocol predict stream returned an error: ${JSON.stringify({ code: status, message, type })}`,
  },
});

/** As the API does, labelled as bytes. */
export const labelledAsBytes: ErrorShape = (error) => ({
  body: error.toJSON(),
  headers: { 'content-type': 'application/octet-stream' },
});

/** As the API does, with what the model had written when it failed. */
export const withFailedGeneration: ErrorShape = (error) => ({
  body: {
    error: {
      ...error.toJSON().error,
      failed_generation: '<function=get_weather{"city": ',
      status_code: error.status,
    },
  },
});

/** A failed stream ends with the error as data, no event name, and nothing after it. */
export const failureAsData: Deviation = () => ({
  text: ({ event }) => ({ failure: (body) => event(body) }),
});

/** The same, and `[DONE]`. */
export const failureAsDataThenDone: Deviation = () => ({
  text: ({ event, end }) => ({ failure: (body) => event(body) + end() }),
});

/** A failed stream ends with a field called `error` instead of `data`. */
export const failureAsErrorField: Deviation = () => ({
  text: ({ end }) => ({
    failure: (body) => `error: ${JSON.stringify((body as { error?: unknown }).error ?? body)}\n\n${end()}`,
  }),
});

/** A failed stream ends with a chunk made of what the last one was and what `change` adds. */
function failureAsChunk(change: (last: WireAnswer, body: unknown) => object): Deviation {
  return () => {
    let last: WireAnswer = { choices: [] };
    return {
      text: ({ event }) => ({
        event: (value) => {
          last = value as WireAnswer;
          return event(value);
        },
        failure: (body) => event(likeLast(last, { ...last, ...change(last, body) })),
      }),
    };
  };
}

/** In a stream of text completions a chunk has text and no delta. */
function likeLast({ object }: WireAnswer, chunk: WireAnswer): WireAnswer {
  if (object !== 'text_completion') return chunk;
  return withChoices(chunk, ({ delta: _delta, ...choice }) => ({ ...choice, text: '' }));
}

/** With an empty one, as if nothing was wrong; then the stream ends. */
export const failureAsEmptyChunk: Deviation = failureAsChunk(() => ({
  model: '',
  choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }],
}));

/** With one that has both an `error` and the reason `error`. */
export const failureAsErrorChunk: Deviation = failureAsChunk((_, body) => ({
  error: (body as { error?: unknown }).error,
  choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
}));

/** With one that has a reason of the server's own. */
export const failureAsFinishReason: Deviation = failureAsChunk(() => ({
  choices: [
    {
      index: 0,
      delta: { content: '', reasoning_content: null },
      finish_reason: 'insufficient_system_resource',
    },
  ],
}));
