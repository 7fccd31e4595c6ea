import { fork } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { bench, node24 } from './install.mjs';

/** Starts the callers of lib/load.mjs. `stop` ends them. */
export async function startCallers() {
  const child = fork(join(bench, 'lib/load.mjs'), [], { execPath: node24 });
  const [{ url }] = await once(child, 'message');
  return { url, stop: () => child.kill() };
}

/** Has the callers at `load` send what `asked` says, and resolves with what they received. */
export async function called(load, asked) {
  // Not `fetch`: it gives up on a response that takes minutes.
  const outgoing = request(load, { method: 'POST', agent: false });
  outgoing.end(JSON.stringify(asked));
  const [response] = await once(outgoing, 'response');
  let text = '';
  for await (const part of response) text += part;
  const { error, ...received } = JSON.parse(text);
  if (error) throw new Error(error);
  return received;
}
