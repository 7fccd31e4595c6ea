/** What stands in the place of the list when there is nothing to list, and what to do about it. */
import type { ComponentChildren, JSX } from 'preact';
import { baseURL, hasKey, type Failure } from './api.ts';
import { Code } from './code-block.tsx';

export function Notice({
  title,
  children,
  isAlert = false,
}: {
  title: string;
  children?: ComponentChildren;
  isAlert?: boolean;
}): JSX.Element {
  return (
    <section class="notice" role={isAlert ? 'alert' : 'status'}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

export function FirstVisit(): JSX.Element {
  return (
    <Notice title="Nothing is stored yet">
      <p>
        A completion is stored when its request says <code>store: true</code>. Make one, and it appears here:
      </p>
      <Code
        language="sh"
        text={`curl ${baseURL}/chat/completions \\
  -H 'content-type: application/json' \\
  -H "authorization: Bearer $OPENAI_API_KEY" \\
  -d '{ "model": "sandbox", "store": true,
        "messages": [{ "role": "user", "content": "Hello" }] }'`}
      />
      <p>Or point a program at this server:</p>
      <Code
        language="sh"
        text={`export OPENAI_BASE_URL=${baseURL}\nexport OPENAI_API_KEY=${hasKey() ? '<your key>' : 'any'}`}
      />
    </Notice>
  );
}

export function KeyPrompt({
  message,
  onKey,
}: {
  message: string;
  onKey: (key: string) => void;
}): JSX.Element {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const key = new FormData(event.currentTarget as HTMLFormElement).get('key');
    if (typeof key === 'string' && key.trim() !== '') onKey(key.trim());
  };
  return (
    <Notice title="This server needs an API key">
      <form class="key" onSubmit={submit}>
        <label for="key">API key</label>
        <input id="key" name="key" type="password" autocomplete="off" spellcheck={false} required autofocus />
        <button type="submit" class="main">
          Continue
        </button>
      </form>
      {hasKey() && (
        <p class="wrong" role="alert">
          {message}
        </p>
      )}
      <p class="note">It is kept in this tab until you close it, and sent to {new URL(baseURL).host} only.</p>
    </Notice>
  );
}

export function Failed({ failure, onRetry }: { failure: Failure; onRetry: () => void }): JSX.Element {
  const isOffline = failure.kind === 'offline';
  return (
    <Notice isAlert title={isOffline ? 'The server cannot be reached' : 'The list could not be loaded'}>
      <p>
        {isOffline
          ? `There is no response from ${baseURL}. Check that the server is running; the page tries again by itself.`
          : failure.message}
      </p>
      <button type="button" class="main" onClick={onRetry}>
        Try again
      </button>
    </Notice>
  );
}

export function Loading(): JSX.Element {
  return (
    <div class="loading" role="status" aria-label="Loading completions">
      {Array.from({ length: 12 }, (_, index) => (
        <div key={index} />
      ))}
    </div>
  );
}
