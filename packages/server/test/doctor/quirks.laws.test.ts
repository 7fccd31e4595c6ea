/** Each wire of the sandbox is a server whose deviations are known: the doctor must name them, all of them and no others. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviations } from '../../src/doctor/deviations.ts';
import { examine, type Report } from '../../src/doctor/doctor.ts';
import { signatureOf, signatures } from '../../src/doctor/wires.ts';
import * as calls from '../../src/sandbox/quirks/calls.ts';
import * as chunks from '../../src/sandbox/quirks/chunks.ts';
import * as errors from '../../src/sandbox/quirks/errors.ts';
import * as reasoning from '../../src/sandbox/quirks/reasoning.ts';
import * as text from '../../src/sandbox/quirks/text.ts';
import * as usage from '../../src/sandbox/quirks/usage.ts';
import { findQuirk, quirkNames } from '../../src/sandbox/quirks.ts';
import { startServer } from '../../src/server.ts';

const sent: Record<string, unknown> = { ...calls, ...chunks, ...errors, ...reasoning, ...text, ...usage };

/** Exports that are no deviation. */
const tools = new Set(['numberOf', 'pythonTime', 'thoughts', 'usageAsAsked']);

/** Deviations of a wire that another one of the same wire hides, and how. */
const hidden: Record<string, Record<string, string>> = {
  'cloudflare-text-calls': { wholeCalls: 'there are no calls, only text' },
};

const reports = new Map<string, Report>();
beforeAll(async () => {
  const left = [...quirkNames];
  const work = async (): Promise<void> => {
    for (let quirk = left.shift(); quirk !== undefined; quirk = left.shift()) {
      const server = await startServer({ port: 0, db: ':memory:', logRequests: false, quirk });
      reports.set(quirk, await examine({ url: server.url, model: 'sandbox' }));
      await server.close();
    }
  };
  await Promise.all([work(), work(), work()]);
}, 180_000);
afterAll(() => reports.clear());

const foundOn = (quirk: string): string[] =>
  signatureOf(reports.get(quirk)!.results.flatMap((result) => result.deviations));

it('has a signature for every wire, and for no other', () => {
  expect(Object.keys(signatures).toSorted()).toEqual(quirkNames.toSorted());
});

describe.each(quirkNames)('%s', (quirk) => {
  it('has the deviations of its signature, and no others', () => {
    expect(foundOn(quirk)).toEqual([...(signatures[quirk] ?? [])].toSorted());
  });

  it('has all deviations that its row names', () => {
    const { deviations: list, error } = findQuirk(quirk)!;
    const named = Object.keys(sent).filter(
      (name) => sent[name] === error || list.some((one) => one === sent[name]),
    );
    const found = new Set(foundOn(quirk).map((one) => one.split(':')[0]));
    const missed = named.filter((name) => !found.has(name) && !hidden[quirk]?.[name]);
    expect(missed).toEqual([]);
  });

  it('is recognised, before all others', () => {
    const [first, second] = reports.get(quirk)!.like;
    expect(first).toEqual({ quirk, share: 1 });
    expect(second?.share ?? 0).toBeLessThan(1);
  });
});

it('finds every deviation that the sandbox can send', () => {
  const found = new Set(quirkNames.flatMap(foundOn).map((one) => one.split(':')[0]));
  expect(Object.keys(sent).filter((name) => !tools.has(name) && !found.has(name))).toEqual([]);
});

it('has no deviation that nothing sends, but those of servers that are no wire', () => {
  const others = ['bareList', 'errorInEvents', 'jsonForStream', 'strangeType', 'oneChunk'];
  expect(Object.keys(deviations).filter((name) => !(name in sent))).toEqual(others);
});
