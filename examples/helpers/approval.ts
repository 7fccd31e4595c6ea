// Waits for approval: the run pauses before a payment, is saved as JSON, and is resumed by another run.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'colloquy';
import { zodFunction } from 'colloquy/helpers/zod';
import { z } from 'zod';

const client = new OpenAI();
const saved = join(mkdtempSync(join(tmpdir(), 'approval-')), 'conversation.json');
const tools = [
  zodFunction({
    name: 'send_payment',
    description: 'Sends money to a person',
    parameters: z.object({ to: z.string(), amount: z.number() }),
    function: ({ to, amount }) => `Sent ${amount} to ${to}.`,
  }),
];

async function start(): Promise<void> {
  const runner = client.chat.completions.runTools(
    { model: 'sandbox', messages: [{ role: 'user', content: 'Send 50 to Ada.' }], tools },
    { approveToolCall: () => 'pause' },
  );
  await runner.done();
  console.log(runner.stopReason);
  for (const call of runner.pendingToolCalls)
    if (call.type === 'function') console.log(call.function.name, call.function.arguments);
  writeFileSync(saved, JSON.stringify(runner.messages));
}

async function resume(approved: boolean): Promise<void> {
  const runner = client.chat.completions.runTools(
    { model: 'sandbox', messages: JSON.parse(readFileSync(saved, 'utf8')), tools },
    { approveToolCall: () => (approved ? 'approve' : { refuse: 'The user said no.' }) },
  );
  console.log(await runner.finalFunctionToolCallResult());
  console.log(runner.stopReason, runner.messages.map(({ role }) => role).join(' '));
}

await start();
await resume(false);
await resume(true);
