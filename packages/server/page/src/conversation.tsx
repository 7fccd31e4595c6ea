/** What a model was asked and what it said. */
import type { ComponentChildren, JSX } from 'preact';
import { callsOf, partsOf, type Call, type Completion, type Message, type Part } from './completions.ts';
import { Copy } from './code-block.tsx';
import { Json, MaybeJson } from './json.tsx';
import { Markdown } from './markdown.tsx';
import { Picture } from './picture.tsx';

interface Said {
  role: string;
  name?: string | null;
  tool_call_id?: string;
  refusal?: string | null;
  reasoning?: unknown;
  reasoning_content?: unknown;
  audio?: { data?: string; transcript?: string } | null;
}

export function Conversation({
  completion,
  messages,
}: {
  completion: Completion;
  messages: readonly Message[];
}): JSX.Element {
  const said = messages as unknown as (Said & object)[];
  const results = new Map(said.map((message) => [message.tool_call_id, message]));
  const asked = new Set(said.flatMap(callsOf).map(({ id }) => id));
  // A result is shown beside its call; one that belongs to no call stands alone.
  const alone = said.filter(({ tool_call_id: id }) => id === undefined || !asked.has(id));
  const choices = completion.choices ?? [];
  return (
    <div class="conversation">
      {alone.map((message, index) => (
        <Turn key={index} message={message} results={results} />
      ))}
      {choices.map(({ index, finish_reason: finish, message }) => (
        <Turn
          key={`choice ${index}`}
          message={(message ?? {}) as unknown as Said}
          results={results}
          note={[choices.length > 1 && `choice ${index + 1} of ${choices.length}`, finish]
            .filter(Boolean)
            .join(', ')}
          isReply
        />
      ))}
    </div>
  );
}

interface TurnProps {
  message: Said & object;
  results: ReadonlyMap<string | undefined, Said & object>;
  note?: string;
  isReply?: boolean;
}

function Turn({ message, results, note = '', isReply = false }: TurnProps): JSX.Element {
  const { role, name, refusal, reasoning, reasoning_content: content, audio } = message;
  const thought = content ?? reasoning;
  const parts = partsOf(message);
  const calls = callsOf(message);
  return (
    <section class={`turn ${role}${isReply ? ' reply' : ''}`} aria-label={`${role}${note && `, ${note}`}`}>
      <header>
        <h3>{role}</h3>
        {name && <span>{name}</span>}
        {note && <span>{note}</span>}
        {parts.length > 0 && <Copy text={() => parts.map(({ text = '' }) => text).join('\n')} />}
      </header>
      {typeof thought === 'string' && thought !== '' && (
        <Folded title="Reasoning">
          <Markdown text={thought} />
        </Folded>
      )}
      {parts.map((part, index) => (
        <Content key={index} part={part} isData={role === 'tool'} />
      ))}
      {audio?.data && <Sound data={audio.data} />}
      {audio?.transcript && <Markdown text={audio.transcript} />}
      {refusal && (
        <p class="refusal">
          <b>Refused.</b> {refusal}
        </p>
      )}
      {calls.map((call, index) => (
        <ToolCall key={index} call={call} result={results.get(call.id)} />
      ))}
      {parts.length + calls.length === 0 && !refusal && !audio && <p class="note">No content</p>}
    </section>
  );
}

function Content({ part, isData }: { part: Part; isData: boolean }): JSX.Element {
  const { text, refusal, image_url: image, input_audio: audio, file } = part ?? {};
  if (typeof text === 'string') return isData ? <MaybeJson text={text} /> : <Markdown text={text} />;
  if (typeof refusal === 'string') return <p class="refusal">{refusal}</p>;
  if (typeof image?.url === 'string') return <Picture src={image.url} alt="Image of the message" />;
  if (typeof audio?.data === 'string') return <Sound data={audio.data} />;
  if (file) return <p class="note">File {file.filename ?? file.file_id ?? 'without a name'}</p>;
  return <Json value={part} depth={1} />;
}

/** How the base64 of each format begins. A stored reply does not name its format. */
const formats: [RegExp, string][] = [
  [/^(SUQz|\/\/[I-Po-v])/, 'mpeg'],
  [/^T2dn/, 'ogg'],
  [/^ZkxhQ/, 'flac'],
  [/^\/\//, 'aac'],
];

function Sound({ data }: { data: string }): JSX.Element {
  const format = formats.find(([start]) => start.test(data))?.[1] ?? 'wav';
  return <audio controls src={`data:audio/${format};base64,${data}`} />;
}

function ToolCall({ call, result }: { call: Call; result: (Said & object) | undefined }): JSX.Element {
  return (
    <div class="tool-call">
      <div>
        <h4>
          {call.name} <small>{call.id}</small>
        </h4>
        <MaybeJson text={call.input} />
      </div>
      <div>
        <h4>Result</h4>
        {result ? (
          partsOf(result).map((part, index) => <Content key={index} part={part} isData />)
        ) : (
          <p class="note">Not part of this completion</p>
        )}
      </div>
    </div>
  );
}

export function Folded({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  return (
    <details class="folded">
      <summary>{title}</summary>
      {children}
    </details>
  );
}
