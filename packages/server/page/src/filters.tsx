/** The filters: what is typed, the chips of what is set, and the time. */
import type { ComponentChildren, JSX, RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { type Filters, isFiltered, noFilters, withoutPair, withTyped } from './address.ts';
import type { Row } from './completions.ts';

interface BarProps {
  filters: Filters;
  rows: readonly Row[];
  field: RefObject<HTMLInputElement | null>;
  onChange: (filters: Filters) => void;
  children: ComponentChildren;
}

const times = {
  '': 'Any time',
  '15m': 'Last 15 minutes',
  '1h': 'Last hour',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
};

export function FilterBar({ filters, rows, field, onChange, children }: BarProps): JSX.Element {
  const [text, setText] = useState('');
  const [isCustom, setCustom] = useState((filters.after ?? filters.before) !== undefined);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (text.trim() !== '') onChange(withTyped(filters, text));
    setText('');
  };
  const choose = (last: string): void => {
    setCustom(last === 'custom');
    if (last !== 'custom') onChange({ ...filters, last, after: undefined, before: undefined });
    else onChange({ ...filters, last: '' });
  };
  return (
    <div class="filters" role="search">
      <form onSubmit={submit}>
        <input
          ref={field}
          type="search"
          list="known"
          placeholder="Filter by model or key=value"
          aria-label="Filter by model, or by metadata as key=value"
          title="Press / to type here"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <datalist id="known">
          {text !== '' && suggestions(rows).map((value) => <option key={value} value={value} />)}
        </datalist>
      </form>
      <select
        aria-label="Time"
        value={isCustom ? 'custom' : filters.last}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
      >
        {Object.entries(times).map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
        <option value="custom">From … to …</option>
      </select>
      {isCustom && (
        <>
          <Moment label="From" value={filters.after} onChange={(after) => onChange({ ...filters, after })} />
          <Moment label="To" value={filters.before} onChange={(before) => onChange({ ...filters, before })} />
        </>
      )}
      {filters.model && (
        <Removable name="model" value={filters.model} onRemove={() => onChange({ ...filters, model: '' })} />
      )}
      {Object.entries(filters.metadata).map(([key, value]) => (
        <Removable key={key} name={key} value={value} onRemove={() => onChange(withoutPair(filters, key))} />
      ))}
      {isFiltered(filters) && (
        <button
          type="button"
          class="quiet"
          onClick={() => {
            setCustom(false);
            onChange(noFilters());
          }}
        >
          Clear
        </button>
      )}
      {children}
    </div>
  );
}

function Removable({
  name,
  value,
  onRemove,
}: {
  name: string;
  value: string;
  onRemove: () => void;
}): JSX.Element {
  return (
    <button type="button" class="chip set" title={`Remove the filter ${name} = ${value}`} onClick={onRemove}>
      <span>{name}</span>
      {value}
      <b aria-hidden="true">×</b>
    </button>
  );
}

function Moment({
  label,
  value,
  onChange,
}: {
  label: string;
  value: number | undefined;
  onChange: (seconds: number | undefined) => void;
}): JSX.Element {
  return (
    <input
      type="datetime-local"
      aria-label={label}
      title={label}
      value={value === undefined ? '' : localTime(value)}
      onChange={({ currentTarget }) => {
        const time = new Date(currentTarget.value).getTime();
        onChange(Number.isNaN(time) ? undefined : Math.floor(time / 1000));
      }}
    />
  );
}

/** As an input for dates wants it: in the zone of the reader, without naming it. */
function localTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Models and pairs of the newest completions. */
function suggestions(rows: readonly Row[]): string[] {
  const some = rows.slice(0, 500);
  const pairs = some.flatMap(({ metadata }) => metadata.map(([key, value]) => `${key}=${value}`));
  return [...new Set([...some.map(({ model }) => model), ...pairs])].slice(0, 50);
}
