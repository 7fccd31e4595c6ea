/** The table of completions. Only rows in sight are elements, so that its length costs nothing. */
import { Component, type JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Row } from './completions.ts';
import { count, duration, longTime, shortTime } from './format.ts';
import type { CompletionList } from './list.ts';

/** Rows above and below those in sight, so that fast scrolling finds them there. */
const spare = 8;
/** How many rows are loaded ahead at most; a short list loads half of its length ahead. */
const ahead = 300;
/** Below this width a row has two lines. */
const narrowWidth = 720;

interface TableProps {
  list: CompletionList;
  rows: Row[];
  active: string;
  open: string;
  selected: ReadonlySet<string>;
  /** Rows that were added at the top since the last call; the table scrolls by as much, so that nothing moves. */
  takeAdded: () => number;
  onOpen: (id: string) => void;
  onSelect: (id: string) => void;
  onSelectAll: () => void;
  onPair: (key: string, value: string) => void;
  /** Whether the top of the list is in sight. */
  onTop: (isAtTop: boolean) => void;
}

export function Table(props: TableProps): JSX.Element {
  const { list, rows, active, takeAdded } = props;
  const box = useRef<HTMLDivElement>(null);
  const [{ top, height, isNarrow }, setView] = useState({ top: 0, height: 800, isNarrow: false });
  const rowHeight = isNarrow ? 66 : 36;
  const first = Math.max(0, Math.floor(top / rowHeight) - spare);
  const last = Math.min(rows.length, Math.ceil((top + height) / rowHeight) + spare);

  const look = (): void => {
    // An observer or a scroll may report once more after the table has gone.
    if (!box.current) return;
    const { scrollTop, clientHeight, clientWidth } = box.current;
    props.onTop(scrollTop < 4);
    setView({ top: scrollTop, height: clientHeight, isNarrow: clientWidth < narrowWidth });
  };
  useEffect(() => {
    const observer = new ResizeObserver(look);
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const added = takeAdded();
    if (added > 0 && box.current!.scrollTop >= 4) box.current!.scrollTop += added * rowHeight;
  });
  // At once, not after the next frame: whoever scrolls fast waits for nothing else.
  useLayoutEffect(() => {
    if (
      list.hasMore &&
      !list.failure &&
      list.state === 'ready' &&
      last > rows.length - Math.min(ahead, rows.length / 2)
    )
      void list.more();
  }, [last, rows.length, list.hasMore, list.failure]);
  useEffect(() => {
    const ids = rows.slice(first, last).map(({ id }) => id);
    const timer = setTimeout(() => list.wantInputs(ids), 80);
    return () => clearTimeout(timer);
  }, [first, last, rows]);
  useLayoutEffect(() => {
    const index = rows.findIndex(({ id }) => id === active);
    if (index >= 0) reveal(box.current!, index * rowHeight, rowHeight);
  }, [active, isNarrow]);

  return (
    <div
      class={isNarrow ? 'table narrow' : 'table'}
      role="grid"
      aria-label="Stored completions"
      aria-rowcount={list.hasMore ? -1 : rows.length + 1}
      aria-multiselectable="true"
      aria-activedescendant={active && rows.some(({ id }) => id === active) ? `row-${active}` : undefined}
      tabIndex={0}
      ref={box}
      onScroll={look}
    >
      <Head {...props} />
      <div class="rows" role="rowgroup" style={{ height: `${rows.length * rowHeight}px` }}>
        <div class="window" role="presentation" style={{ transform: `translateY(${first * rowHeight}px)` }}>
          {rows.slice(first, last).map((row, index) => (
            <Line
              key={row.id}
              row={row}
              input={list.inputs.get(row.id)}
              index={first + index + 2}
              isActive={row.id === active}
              isOpen={row.id === props.open}
              isSelected={props.selected.has(row.id)}
              actions={props}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

const columns = ['Time', 'Model', 'Input', 'Output', 'Tokens', 'First', 'Total', 'Finish', 'Metadata'];

function Head({ rows, selected, onSelectAll }: TableProps): JSX.Element {
  const isAll = rows.length > 0 && selected.size === rows.length;
  return (
    <div class="head" role="rowgroup">
      <div class="row" role="row" aria-rowindex={1}>
        <span class="check" role="columnheader" aria-label="Selection">
          <input
            type="checkbox"
            aria-label="Select all that are loaded"
            checked={isAll}
            indeterminate={selected.size > 0 && !isAll}
            onChange={onSelectAll}
          />
        </span>
        {columns.map((name) => (
          <span key={name} class={name.toLowerCase()} role="columnheader" title={hints[name]}>
            {name}
          </span>
        ))}
      </div>
    </div>
  );
}

const hints: Record<string, string> = {
  Tokens: 'Tokens of the input and of the output',
  First: 'Time to the first token',
  Total: 'Time to the last token',
};

interface LineProps {
  row: Row;
  input: string | undefined;
  index: number;
  isActive: boolean;
  isOpen: boolean;
  isSelected: boolean;
  actions: Pick<TableProps, 'onOpen' | 'onSelect' | 'onPair'>;
}

class Line extends Component<LineProps> {
  override shouldComponentUpdate(next: LineProps): boolean {
    const keys = ['row', 'input', 'index', 'isActive', 'isOpen', 'isSelected'] as const;
    return keys.some((key) => next[key] !== this.props[key]);
  }

  override render({ row, input, index, isActive, isOpen, isSelected, actions }: LineProps): JSX.Element {
    const { id, created, model, output, isCall, tokensIn, tokensOut, firstMs, totalMs, finish } = row;
    return (
      <div
        class={`row${isActive ? ' active' : ''}${isOpen ? ' open' : ''}`}
        role="row"
        id={`row-${id}`}
        aria-rowindex={index}
        aria-selected={isSelected}
        onClick={() => this.props.actions.onOpen(id)}
      >
        <span class="check" role="gridcell" onClick={(event) => event.stopPropagation()}>
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={`Select ${id}`}
            checked={isSelected}
            onChange={() => this.props.actions.onSelect(id)}
          />
        </span>
        <span class="time" role="gridcell" title={longTime(created)}>
          {shortTime(created)}
        </span>
        <span class="model" role="gridcell" title={model}>
          {model}
        </span>
        <span class="input" role="gridcell">
          {input ?? '…'}
        </span>
        <span class={isCall ? 'output called' : 'output'} role="gridcell">
          {output || '–'}
        </span>
        <span class="tokens" role="gridcell">
          {count(tokensIn)} <i>→</i> {count(tokensOut)}
        </span>
        <span class="first" role="gridcell">
          {duration(firstMs)}
        </span>
        <span class="total" role="gridcell">
          {duration(totalMs)}
        </span>
        <span class="finish" role="gridcell">
          <em class={finish}>{finish || '–'}</em>
        </span>
        <span class="metadata" role="gridcell">
          <Chips pairs={row.metadata} onPair={actions.onPair} tabIndex={-1} />
        </span>
      </div>
    );
  }
}

/** Metadata; a click on a pair filters by it. */
export function Chips({
  pairs,
  onPair,
  tabIndex = 0,
}: {
  pairs: readonly (readonly [key: string, value: string])[];
  onPair: (key: string, value: string) => void;
  tabIndex?: number;
}): JSX.Element {
  return (
    <>
      {pairs.map(([key, value]) => (
        <button
          key={key}
          type="button"
          class="chip"
          tabIndex={tabIndex}
          title={`Show only ${key} = ${value}`}
          onClick={(event) => {
            event.stopPropagation();
            onPair(key, value);
          }}
        >
          <span>{key}</span> {value}
        </button>
      ))}
    </>
  );
}

/** Scrolls as little as it takes to see a row, which the head of the table may cover. */
function reveal(box: HTMLElement, top: number, height: number): void {
  const head = box.firstElementChild!.clientHeight;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + height + head > box.scrollTop + box.clientHeight)
    box.scrollTop = top + height + head - box.clientHeight;
}
