// What failures look like: one class for each, and what is needed to act on it.
import OpenAI from 'colloquy';
import { facts, step } from './print.ts';
import type { First, Tour } from './tour.ts';

export async function errors({ client, model }: Tour, first: First): Promise<void> {
  const caught = 'catch (error) { if (error instanceof OpenAI.NotFoundError) … }';
  await step('Meet typed errors', caught, async () => {
    const gone = await failureOf(client.chat.completions.retrieve(first?.id ?? 'none'));
    if (!(gone instanceof OpenAI.NotFoundError)) throw gone;
    const { status, message, requestID } = gone;
    facts({ class: gone.constructor.name, status, message, request: requestID });

    const messages = [{ role: 'user' as const, content: 'Hi' }];
    const refused = await failureOf(client.chat.completions.create({ model, messages, temperature: 9 }));
    if (!(refused instanceof OpenAI.BadRequestError)) throw refused;
    const { param, code } = refused;
    facts({ class: refused.constructor.name, param, code, message: refused.message });
  });
}

async function failureOf(call: PromiseLike<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('This call should have failed.');
}
