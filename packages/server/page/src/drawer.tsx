/** One completion: the conversation, what is known about it, and what can be done with it. */
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { baseURL, failureOf, isMissing, listMessages, retrieve } from './api.ts';
import { Copy } from './code-block.tsx';
import { bodyOf, curlOf, typeScriptOf } from './code.ts';
import { parametersOf, type Completion, type Message } from './completions.ts';
import { Conversation } from './conversation.tsx';
import { count, duration, longTime } from './format.ts';
import { Json } from './json.tsx';
import { MetadataEditor } from './metadata.tsx';

export interface DrawerProps {
  id: string;
  /** Whether it covers the list. */
  isModal: boolean;
  onClose: () => void;
  /** To the row before or after; undefined when there is none. */
  onPrevious: (() => void) | undefined;
  onNext: (() => void) | undefined;
  onDelete: () => void;
  onExport: () => void;
  onPair: (key: string, value: string) => void;
  onSaved: (completion: Completion) => void;
}

interface Loaded {
  completion: Completion;
  messages: Message[];
}

export function Drawer(props: DrawerProps): JSX.Element {
  const { id, onClose, onPrevious, onNext } = props;
  const [loaded, setLoaded] = useState<Loaded>();
  const [failure, setFailure] = useState('');
  const [attempt, setAttempt] = useState(0);
  const box = useRef<HTMLElement>(null);
  useLayoutEffect(() => box.current!.focus({ preventScroll: true }), []);
  useEffect(() => {
    const life = new AbortController();
    setFailure('');
    void load(id, life.signal).then(
      (value) => {
        if (life.signal.aborted) return;
        setLoaded(value);
        box.current!.querySelector('.body')!.scrollTop = 0;
      },
      (error: unknown) => {
        if (life.signal.aborted) return;
        setLoaded(undefined);
        setFailure(
          isMissing(error) ? 'It is not stored here. It may have been deleted.' : failureOf(error).message,
        );
      },
    );
    return () => life.abort();
  }, [id, attempt]);

  const isHere = loaded?.completion.id === id;
  return (
    <section
      class="drawer"
      ref={box}
      tabIndex={-1}
      role={props.isModal ? 'dialog' : 'complementary'}
      aria-modal={props.isModal || undefined}
      aria-label={`Completion ${id}`}
      aria-busy={!isHere && failure === ''}
    >
      <header class="bar">
        <h2 title={id}>{id}</h2>
        <Copy text={() => id} label="Copy id" />
        <span class="gap" />
        <button
          type="button"
          aria-label="Previous"
          title="Previous (k)"
          disabled={!onPrevious}
          onClick={onPrevious}
        >
          ↑
        </button>
        <button type="button" aria-label="Next" title="Next (j)" disabled={!onNext} onClick={onNext}>
          ↓
        </button>
        <button type="button" aria-label="Close" title="Close (Esc)" onClick={onClose}>
          ×
        </button>
      </header>
      <div class="body" tabIndex={0} role="group" aria-label="Contents">
        {failure !== '' && (
          <div class="notice" role="alert">
            <h2>This completion could not be loaded</h2>
            <p>{failure}</p>
            <button type="button" class="main" onClick={() => setAttempt(attempt + 1)}>
              Try again
            </button>
          </div>
        )}
        {isHere && (
          <Contents
            {...props}
            {...loaded}
            onSaved={(completion) => {
              setLoaded({ ...loaded, completion });
              props.onSaved(completion);
            }}
          />
        )}
      </div>
    </section>
  );
}

async function load(id: string, signal: AbortSignal): Promise<Loaded> {
  const [completion, messages] = await Promise.all([retrieve(id, signal), listMessages(id, signal)]);
  return { completion, messages };
}

type ContentsProps = DrawerProps & Loaded;

function Contents({ completion, messages, onPair, onSaved, onDelete, onExport }: ContentsProps): JSX.Element {
  const body = (): object => bodyOf(completion, messages);
  return (
    <>
      <div class="actions">
        <Copy text={() => curlOf(baseURL, body())} label="Copy as curl" />
        <Copy text={() => typeScriptOf(baseURL, body())} label="Copy as TypeScript" />
        <button type="button" class="quiet" onClick={onExport}>
          Export
        </button>
        <button type="button" class="quiet danger" onClick={onDelete}>
          Delete
        </button>
      </div>
      <Facts completion={completion} />
      <MetadataEditor key={completion.id} completion={completion} onPair={onPair} onSaved={onSaved} />
      <Conversation completion={completion} messages={messages} />
      <Parameters completion={completion} />
      <details class="folded">
        <summary>JSON</summary>
        <div class="actions">
          <Copy text={() => JSON.stringify(completion, null, 2)} label="Copy completion" />
          <Copy text={() => JSON.stringify(messages, null, 2)} label="Copy messages" />
        </div>
        <Json value={{ completion, messages }} />
      </details>
    </>
  );
}

/** The facts that are read at a glance. */
function Facts({ completion }: { completion: Completion }): JSX.Element {
  const { usage, colloquy: route, model, created, system_fingerprint: fingerprint } = completion;
  const details = [
    [usage?.prompt_tokens_details?.cached_tokens, 'cached'],
    [usage?.completion_tokens_details?.reasoning_tokens, 'reasoning'],
  ].flatMap(([value, name]) => (value ? [`${count(Number(value))} ${name}`] : []));
  const tokens = `${count(usage?.prompt_tokens)} in, ${count(usage?.completion_tokens)} out`;
  const facts: [name: string, value: string | undefined][] = [
    ['Model', model],
    ['Created', longTime(created)],
    ['Tokens', [tokens, ...details].join(', ')],
    ['First token', duration(route?.first_token_ms)],
    ['Total', duration(route?.total_ms)],
    ['Upstream', route?.upstream],
    ['Attempts', route?.attempts === undefined ? undefined : count(route.attempts)],
    ['Service tier', completion.service_tier ?? undefined],
    ['Fingerprint', fingerprint ?? undefined],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

function Parameters({ completion }: { completion: Completion }): JSX.Element {
  const given = parametersOf(completion).filter(([name]) => name !== 'service_tier');
  return (
    <details class="folded">
      <summary>
        Parameters <small>{given.length}</small>
      </summary>
      {given.length === 0 ? (
        <p class="note">The request had none, or this server does not show them.</p>
      ) : (
        <Json value={Object.fromEntries(given)} />
      )}
    </details>
  );
}
