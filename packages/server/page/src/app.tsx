/** The page: which part is shown, and what the parts do to each other. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { type Filters, isFiltered, type Place, readAddress, withPair, writeAddress } from './address.ts';
import { failureOf, remove, useKey } from './api.ts';
import { Confirm, Help } from './dialogs.tsx';
import { Drawer } from './drawer.tsx';
import { download, linesOf } from './export.ts';
import { FilterBar } from './filters.tsx';
import { count, several } from './format.ts';
import { onKey, type Commands } from './keys.ts';
import { CompletionList } from './list.ts';
import { Failed, FirstVisit, KeyPrompt, Loading, Notice } from './states.tsx';
import { Table } from './table.tsx';

/** How often a live list asks for what is new, in milliseconds. */
const liveEvery = 2_000;
/** Below this width the drawer covers the list. */
const narrow = matchMedia('(max-width: 1099px)');

export function App(): JSX.Element {
  const [, redraw] = useReducer((turn: number) => turn + 1, 0);
  const [place, setPlace] = useState<Place>(() => readAddress(location.search));
  const [key, setKey] = useState(0);
  const [active, setActive] = useState(place.id);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [isLive, setLive] = useState(true);
  const [fresh, setFresh] = useState(0);
  const [question, ask] = useState<'help' | string[]>();
  const [work, setWork] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const added = useRef(0);
  const isAtTop = useRef(true);

  const { filters, id } = place;
  const asked = JSON.stringify(filters);
  const list = useMemo(() => new CompletionList(filters, () => redraw(undefined)), [asked, key]);
  useEffect(() => () => list.close(), [list]);
  const { rows, failure } = list;

  const goTo = (next: Place): void => {
    // Moving from one completion to the next is no step that Back should take.
    const isMove = next.id !== '' && place.id !== '';
    history[isMove ? 'replaceState' : 'pushState'](null, '', `${location.pathname}${writeAddress(next)}`);
    setPlace(next);
  };
  const setFilters = (next: Filters): void => {
    setSelected(new Set());
    setFresh(0);
    goTo({ filters: next, id });
  };
  const open = (next: string): void => {
    if (next) setActive(next);
    goTo({ filters, id: next });
  };
  const close = (): void => {
    open('');
    document.querySelector<HTMLElement>('.table')?.focus({ preventScroll: true });
  };

  useEffect(() => {
    const follow = (): void => setPlace(readAddress(location.search));
    addEventListener('popstate', follow);
    narrow.addEventListener('change', redraw);
    return () => {
      removeEventListener('popstate', follow);
      narrow.removeEventListener('change', redraw);
    };
  }, []);

  // A list that failed asks again by itself, too: the server may be back.
  const isAsking = failure ? failure.kind === 'offline' : isLive;
  useEffect(() => {
    if (!isAsking) return;
    const timer = setInterval(() => {
      if (document.hidden) return;
      if (list.state === 'loading') return void list.more();
      void list.tail().then((number) => {
        added.current += number;
        if (!isAtTop.current) setFresh((before) => before + number);
      });
    }, liveEvery);
    return () => clearInterval(timer);
  }, [isAsking, list]);

  const current = id || active;
  const at = current === '' ? -1 : rows.findIndex((row) => row.id === current);
  const move = (by: number): void => {
    if (rows.length === 0) return;
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))]!.id;
    if (id) open(next);
    else setActive(next);
  };
  const toggle = (one: string): void => {
    const next = new Set(selected);
    if (!next.delete(one)) next.add(one);
    setSelected(next);
  };
  const commands: Commands = {
    move,
    open: () => active && open(active),
    close: () => (id ? close() : setSelected(new Set())),
    select: () => active && toggle(active),
    filter: () => field.current?.focus(),
    live: () => setLive(!isLive),
    help: () => ask('help'),
  };
  const latest = useRef(commands);
  latest.current = commands;
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => onKey(event, latest.current);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);

  const deleteAll = async (ids: string[]): Promise<void> => {
    ask(undefined);
    const gone = new Set<string>();
    try {
      for (const one of ids) {
        setWork(`Deleting ${gone.size + 1} of ${ids.length}`);
        await remove(one);
        gone.add(one);
      }
      setWork('');
    } catch (error) {
      setWork(`${several(gone.size, 'completion')} deleted, then: ${failureOf(error).message}`);
    }
    if (gone.has(id)) {
      const next = rows.slice(at + 1).find((row) => !gone.has(row.id));
      if (ids.length === 1 && next) open(next.id);
      else close();
    }
    setSelected(new Set([...selected].filter((one) => !gone.has(one))));
    list.remove(gone);
  };
  const exportAll = async (ids: string[]): Promise<void> => {
    try {
      const lines = await linesOf(
        ids,
        (done) => setWork(`Exporting ${done} of ${ids.length}`),
        new AbortController().signal,
      );
      download('completions.jsonl', lines);
      setWork('');
    } catch (error) {
      setWork(`Nothing was exported: ${failureOf(error).message}`);
    }
  };
  const showNew = (): void => {
    document.querySelector('.table')?.scrollTo({ top: 0 });
    setFresh(0);
  };

  const isCovered = id !== '' && narrow.matches;
  const isBare = rows.length === 0;
  const chosen = [...selected];
  return (
    <div class={id ? 'page with-drawer' : 'page'}>
      <main inert={isCovered}>
        <header class="bar">
          <h1>Stored completions</h1>
          <span class="gap" />
          <button
            type="button"
            class="live"
            aria-pressed={isLive}
            title="Show new completions as they are stored (l)"
            onClick={() => setLive(!isLive)}
          >
            Live
          </button>
          <button type="button" aria-label="Keyboard" title="Keyboard (?)" onClick={() => ask('help')}>
            ?
          </button>
        </header>
        <FilterBar key={asked} filters={filters} rows={rows} field={field} onChange={setFilters}>
          <span class="status" role="status">
            {failure && !isBare
              ? failure.kind === 'offline'
                ? 'The server cannot be reached. The page tries again by itself.'
                : failure.message
              : list.state === 'ready' &&
                several(rows.length, list.hasMore ? 'loaded completion' : 'completion')}
          </span>
        </FilterBar>
        {list.filtersTime && (
          <p class="hint" role="status">
            This server does not filter by time. The page shows what fits of the {count(list.loaded)}{' '}
            completions that it has loaded.
          </p>
        )}
        {(chosen.length > 0 || work !== '') && (
          <div class="selection" role="status">
            {work || `${several(chosen.length, 'completion')} selected`}
            <span class="gap" />
            {work && (
              <button type="button" class="quiet" onClick={() => setWork('')}>
                Dismiss
              </button>
            )}
            {chosen.length > 0 && (
              <>
                <button type="button" onClick={() => void exportAll(chosen)}>
                  Export JSONL
                </button>
                <button type="button" class="danger" onClick={() => ask(chosen)}>
                  Delete
                </button>
                <button type="button" class="quiet" onClick={() => setSelected(new Set())}>
                  Clear
                </button>
              </>
            )}
          </div>
        )}
        {fresh > 0 && (
          <button type="button" class="fresh" onClick={showNew}>
            ↑ {several(fresh, 'new completion')}
          </button>
        )}
        {failure?.kind === 'key' ? (
          <KeyPrompt
            message={failure.message}
            onKey={(value) => {
              useKey(value);
              setKey(key + 1);
            }}
          />
        ) : isBare && failure ? (
          <Failed failure={failure} onRetry={() => setKey(key + 1)} />
        ) : isBare && list.state === 'loading' ? (
          <Loading />
        ) : isBare ? (
          <Empty isFiltered={isFiltered(filters)} hasMore={list.hasMore} onMore={() => void list.more()} />
        ) : (
          <Table
            list={list}
            rows={rows}
            active={active}
            open={id}
            selected={selected}
            takeAdded={() => {
              const number = added.current;
              added.current = 0;
              return number;
            }}
            onOpen={open}
            onSelect={toggle}
            onSelectAll={() =>
              setSelected(new Set(chosen.length < rows.length ? rows.map((row) => row.id) : []))
            }
            onPair={(name, value) => setFilters(withPair(filters, name, value))}
            onTop={(isTop) => {
              isAtTop.current = isTop;
              if (isTop && fresh > 0) setFresh(0);
            }}
          />
        )}
      </main>
      {id && (
        <Drawer
          id={id}
          isModal={isCovered}
          onClose={close}
          onPrevious={at > 0 ? () => move(-1) : undefined}
          onNext={at >= 0 && at < rows.length - 1 ? () => move(1) : undefined}
          onDelete={() => ask([id])}
          onExport={() => void exportAll([id])}
          onPair={(name, value) => setFilters(withPair(filters, name, value))}
          onSaved={(completion) => list.replace(completion)}
        />
      )}
      {question === 'help' && <Help onClose={() => ask(undefined)} />}
      {Array.isArray(question) && (
        <Confirm
          title={`Delete ${several(question.length, 'completion')}?`}
          onYes={() => void deleteAll(question)}
          onClose={() => ask(undefined)}
        >
          <p>The messages and the metadata are deleted as well. This cannot be undone.</p>
        </Confirm>
      )}
    </div>
  );
}

function Empty({
  isFiltered,
  hasMore,
  onMore,
}: {
  isFiltered: boolean;
  hasMore: boolean;
  onMore: () => void;
}): JSX.Element {
  if (!isFiltered) return <FirstVisit />;
  return (
    <Notice title={hasMore ? 'Nothing fits so far' : 'Nothing fits these filters'}>
      <p>Remove a filter to see more{hasMore ? ', or search the older completions' : ''}.</p>
      {hasMore && (
        <button type="button" class="main" onClick={onMore}>
          Search on
        </button>
      )}
    </Notice>
  );
}
