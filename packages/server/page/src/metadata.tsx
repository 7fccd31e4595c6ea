/** The metadata of a completion, as chips and as a form. Limits are checked as one types. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { failureOf, updateMetadata } from './api.ts';
import type { Completion } from './completions.ts';
import { maxPairs, problemsOf, type Pair } from './metadata-rules.ts';
import { Chips } from './table.tsx';

interface MetadataProps {
  completion: Completion;
  onPair: (key: string, value: string) => void;
  onSaved: (completion: Completion) => void;
}

export function MetadataEditor({ completion, onPair, onSaved }: MetadataProps): JSX.Element {
  const [draft, setDraft] = useState<Pair[]>();
  const [failure, setFailure] = useState('');
  const [isSaving, setSaving] = useState(false);
  const saved = Object.entries(completion.metadata ?? {});

  if (!draft) {
    return (
      <div class="pairs">
        {saved.length > 0 ? <Chips pairs={saved} onPair={onPair} /> : <span class="note">No metadata</span>}
        <button type="button" class="quiet" onClick={() => setDraft(saved.length > 0 ? saved : [['', '']])}>
          Edit metadata
        </button>
      </div>
    );
  }
  const problems = problemsOf(draft);
  const isWrong = problems.all !== undefined || problems.pairs.some(Boolean);
  const change = (index: number, pair?: Pair): void =>
    setDraft(draft.flatMap((old, at) => (at !== index ? [old] : pair ? [pair] : [])));
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isWrong) return;
    setSaving(true);
    try {
      onSaved(await updateMetadata(completion.id, Object.fromEntries(draft)));
      setDraft(undefined);
      setFailure('');
    } catch (error) {
      setFailure(failureOf(error).message);
    }
    setSaving(false);
  };
  return (
    <form class="metadata-form" onSubmit={(event) => void save(event)}>
      {draft.map(([key, value], index) => (
        <div key={index} class="pair">
          <input
            aria-label={`Key ${index + 1}`}
            placeholder="key"
            value={key}
            aria-invalid={Boolean(problems.pairs[index])}
            aria-describedby={`problem-${index}`}
            onInput={({ currentTarget }) => change(index, [currentTarget.value, value])}
          />
          <input
            aria-label={`Value ${index + 1}`}
            placeholder="value"
            value={value}
            aria-invalid={Boolean(problems.pairs[index])}
            aria-describedby={`problem-${index}`}
            onInput={({ currentTarget }) => change(index, [key, currentTarget.value])}
          />
          <button
            type="button"
            class="quiet"
            aria-label={`Remove pair ${index + 1}`}
            onClick={() => change(index)}
          >
            ×
          </button>
          <small id={`problem-${index}`} class="wrong" aria-live="polite">
            {problems.pairs[index]}
          </small>
        </div>
      ))}
      {(problems.all ?? failure) && (
        <p class="wrong" role="alert">
          {problems.all ?? failure}
        </p>
      )}
      <div class="buttons">
        <button type="submit" class="main" disabled={isWrong || isSaving}>
          Save
        </button>
        <button type="button" onClick={() => setDraft(undefined)}>
          Cancel
        </button>
        <button
          type="button"
          class="quiet"
          disabled={draft.length >= maxPairs}
          onClick={() => setDraft([...draft, ['', '']])}
        >
          Add a pair
        </button>
        <span class="note">
          {draft.length} of {maxPairs}
        </span>
      </div>
    </form>
  );
}
