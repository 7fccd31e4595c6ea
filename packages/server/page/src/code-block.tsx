/** Code with a button that copies it. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

export function Code({ text, language = '' }: { text: string; language?: string }): JSX.Element {
  return (
    <figure class="code">
      <figcaption>
        <span>{language}</span>
        <Copy text={() => text} />
      </figcaption>
      {/* To be scrolled with the keyboard. */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
    </figure>
  );
}

/** A button that copies a text, and says for a moment whether it did. */
export function Copy({ text, label = 'Copy' }: { text: () => string; label?: string }): JSX.Element {
  const [said, say] = useState('');
  const copy = async (): Promise<void> => {
    say((await copied(text())) ? 'Copied' : 'Copying failed');
    setTimeout(() => say(''), 1500);
  };
  return (
    <button type="button" class="quiet" onClick={() => void copy()}>
      <span aria-live="polite">{said || label}</span>
    </button>
  );
}

/** Browsers give the clipboard only to pages of this machine or behind TLS; the older way works everywhere. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    (document.querySelector('dialog[open]') ?? document.body).append(area);
    area.select();
    const isDone = document.execCommand('copy');
    area.remove();
    return isDone;
  }
}
