// One contender in a process of its own. The parent says when to run, so that contenders take turns; the time between
// is nobody's. Arguments: the client's file, the task, and the case as JSON.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isDeepStrictEqual } from 'node:util';
import { feedOf } from './feed.mjs';

const [client, task, json] = process.argv.slice(2);
const { feed: description, repeat = 1, expect = {}, params = {}, way } = JSON.parse(json);

const feed = description ? feedOf(description) : undefined;
const load = async () => (await import(`../clients/${client}.mjs`)).tasks[task](feed, params);
let run = way === 'cold' ? undefined : await load();
if (way === 'natural') liveBeside();

const expected = feed
  ? { text: feed.text, chunks: feed.chunks, deltas: feed.deltas.length, value: feed.value }
  : {};
Object.assign(expected, expect);

/** A contender may leave out what it cannot see, but must not be wrong; and it must say something. */
function wrong(result) {
  const known = Object.keys(result).filter((key) => key in expected);
  if (known.length === 0) return 'gave nothing that can be checked';
  const key = known.find((key) => !isDeepStrictEqual(result[key], expected[key]));
  return key && `wrong ${key}: ${brief(result[key])} instead of ${brief(expected[key])}`;
}

const brief = (value) => (JSON.stringify(value) ?? 'undefined').slice(0, 60);

async function sample() {
  const delay = params.eventLoop ? monitorEventLoopDelay({ resolution: 1 }) : undefined;
  delay?.enable();
  const results = [];
  if (way === 'worst') globalThis.gc();
  const started = performance.now();
  const before = process.cpuUsage();
  run ??= await load();
  for (let turn = 0; turn < repeat; turn++) results.push(await run());
  const { user, system } = process.cpuUsage(before);
  const wall = performance.now() - started;
  delay?.disable();
  const [last] = results.slice(-1);
  const error = results.map(wrong).find(Boolean);
  const { text: _, value: __, ...seen } = { ...last, expected: expected.deltas };
  return {
    cpu: (user + system) / 1000 / repeat / (last.units ?? 1),
    wall: wall / repeat,
    peak: process.resourceUsage().maxRSS / 1024,
    p99: delay && delay.percentile(99) / 1e6,
    seen,
    error,
  };
}

/** The other work of a server: it holds 100 MB, and replaces one percent of them every 100 ms. */
function liveBeside() {
  const record = (at) => ({ id: at, name: `record ${at}`, tags: [at, at + 1], next: undefined });
  const part = () => Array.from({ length: 6_000 }, (_, at) => record(at));
  const live = Array.from({ length: 100 }, part);
  let at = 0;
  setInterval(() => (live[at++ % 100] = part()), 100);
}

process.on('message', async () => {
  try {
    process.send(await sample());
  } catch (error) {
    process.send({ error: `${error?.name}: ${error?.message}`.slice(0, 200) });
  }
});
process.on('disconnect', () => process.exit());
process.on('unhandledRejection', () => {});
process.send('ready');
