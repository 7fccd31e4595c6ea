// Runs contenders in turn: in every round each gets a fresh process, and sample after sample goes round all of them, so
// that whatever else the machine does falls on all alike.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { bench, node24 } from './install.mjs';

const current = `Node ${process.versions.node.split('.')[0]}`;
/** The Nodes of a session: 24 for everybody, and the one that runs the bench for ours and what it is compared with. */
export const nodes = { 'Node 24': node24, ...(current === 'Node 24' ? {} : { [current]: process.execPath }) };
export const otherNode = Object.keys(nodes)[1];

/**
 * Gives for each contender its samples `{ cpu, wall, peak }` in milliseconds and MiB, those of the first run in a process
 * apart, or the error that ended it; `warm` runs after the first are not counted. A contender whose run takes longer than
 * `slow` gets no more of them, and its first counts; one that takes longer than `patience` has failed. A turn begins at the
 * earliest `every` milliseconds after the one before.
 */
export async function session(
  { contenders, ...work },
  { rounds, samples, warm, patience, slow = patience / 3, every = 0, log },
) {
  const results = new Map(contenders.map((contender) => [contender, { first: [], samples: [] }]));
  for (let round = 0; round < rounds; round++) {
    const active = contenders.filter(
      (contender) => !results.get(contender).error && !results.get(contender).slow,
    );
    const children = new Map();
    try {
      const started = await Promise.all(active.map((contender) => start(contender, work)));
      active.forEach((contender, index) => children.set(contender, started[index]));
      for (let index = -1 - warm; index < samples; index++) {
        const turn = wait(every);
        for (const contender of active) {
          const result = results.get(contender);
          if (result.error || result.slow) continue;
          log(
            `${work.name}: round ${round + 1} of ${rounds}, ${index < 0 ? 'warming' : `sample ${index + 1} of ${samples}`}, ${contender.name}`,
          );
          const sample = await ask(children.get(contender), patience);
          if (sample.error) result.error = sample.error;
          else {
            result.seen = sample.seen;
            if (index === -1 - warm) result.first.push(sample);
            if (index >= 0) result.samples.push({ ...sample, turn: `${round}/${index}` });
            if (sample.wall > slow) {
              result.slow = true;
              if (result.samples.length === 0) result.samples.push({ ...sample, turn: 'first' });
            }
          }
        }
        await turn;
      }
    } finally {
      for (const child of children.values()) child.kill();
    }
  }
  return results;
}

async function start({ client, task, node = 'Node 24', params, repeat, feed }, work) {
  const json = JSON.stringify({
    ...work,
    repeat: repeat ?? work.repeat,
    params: { ...work.params, ...params },
    feed: work.feed && { ...work.feed, ...feed },
  });
  const child = fork(join(bench, 'lib/child.mjs'), [client, task ?? work.task, json], {
    execPath: nodes[node],
    execArgv: work.way === 'worst' ? ['--expose-gc'] : [],
    cwd: bench,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production', AI_SDK_LOG_WARNINGS: 'false' },
  });
  let complaint = '';
  child.stderr.on('data', (text) => (complaint = (complaint + text).slice(-2000)));
  child.complaint = () => complaint;
  const ready = await answerOf(child, 120_000);
  if (ready !== 'ready') throw new Error(`${client} did not start: ${ready.error}`);
  return child;
}

function ask(child, patience) {
  const answer = answerOf(child, patience);
  if (child.connected) child.send('run');
  return answer;
}

function answerOf(child, patience) {
  return new Promise((resolve) => {
    const finish = (value) => {
      clearTimeout(timer);
      child.off('message', finish).off('exit', gone);
      resolve(value);
    };
    const gone = (code, signal) =>
      finish({
        error: `ended with ${signal ?? code}: ${child.complaint().trim().split('\n').slice(-3).join(' ')}`,
      });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      finish({ error: `more than ${patience / 1000} s` });
    }, patience);
    child.on('message', finish).on('exit', gone);
  });
}
