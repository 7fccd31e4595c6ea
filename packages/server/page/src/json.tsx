/** JSON that folds. What is folded is no element, so that a large value costs nothing. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

/** Items of a list, or characters of a text, that are shown at once. */
const step = 100;
const textStep = 2_000;

export function Json({ value, depth = 2 }: { value: unknown; depth?: number }): JSX.Element {
  return (
    <div class="json">
      <Value value={value} depth={depth} />
    </div>
  );
}

function Value({ name, value, depth }: { name?: string; value: unknown; depth: number }): JSX.Element {
  const [isOpen, setOpen] = useState(depth > 0);
  const [shown, show] = useState(step);
  const label = name !== undefined && <b>{name}: </b>;
  if (typeof value !== 'object' || value === null) {
    return (
      <div>
        {label}
        <Scalar value={value} />
      </div>
    );
  }
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  return (
    <details open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        {label}
        <small>{isList ? `[${entries.length}]` : `{${entries.length}}`}</small>
      </summary>
      {isOpen &&
        entries
          .slice(0, shown)
          .map(([key, item]) => <Value key={key} name={key} value={item} depth={depth - 1} />)}
      {isOpen && entries.length > shown && (
        <button type="button" class="quiet" onClick={() => show(shown * 4)}>
          {entries.length - shown} more
        </button>
      )}
    </details>
  );
}

function Scalar({ value }: { value: unknown }): JSX.Element {
  const [isWhole, setWhole] = useState(false);
  const text = JSON.stringify(value) ?? 'undefined';
  if (text.length <= textStep || isWhole) return <span class={typeof value}>{text}</span>;
  return (
    <span class="string">
      {text.slice(0, textStep)}…{' '}
      <button type="button" class="quiet" onClick={() => setWhole(true)}>
        {text.length - textStep} more characters
      </button>
    </span>
  );
}

/** A text as JSON when it is that, otherwise as it stands. */
export function MaybeJson({ text }: { text: string }): JSX.Element {
  const value = parsed(text);
  return value === undefined ? <p class="plain">{text}</p> : <Json value={value} />;
}

/** An object or a list that a text is; other JSON reads better as the text. */
function parsed(text: string): object | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}
