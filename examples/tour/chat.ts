// Asking: a whole answer, and one that is read as it comes.
import { facts, say, step, streamed } from './print.ts';
import type { First, Tour } from './tour.ts';

const question = 'Why is the sky blue? Answer in two sentences.';

export async function chat({ client, model, run }: Tour): Promise<First> {
  const metadata = { tour: run, topic: 'sky' };

  const create = 'chat.completions.create({ model, messages, store: true })';
  const first = await step('Create a completion, and keep it', create, async () => {
    const completion = await client.chat.completions.create({
      model,
      messages: [
        { role: 'system', content: 'You are a patient teacher.' },
        { role: 'user', content: question },
      ],
      store: true,
      metadata,
    });
    say('user', question);
    say('assistant', completion.choices[0]?.message.content);
    facts({
      id: completion.id,
      tokens: `${completion.usage?.prompt_tokens} in, ${completion.usage?.completion_tokens} out`,
      request: completion._request_id,
    });
    return completion;
  });

  const stream = 'for await (const chunk of await chat.completions.create({ …, stream: true }))';
  await step('Stream an answer as it comes', stream, async () => {
    const followUp = 'And why are sunsets red?';
    say('user', followUp);
    const chunks = await client.chat.completions.create({
      model,
      messages: [
        { role: 'user', content: question },
        { role: 'assistant', content: first?.choices[0]?.message.content ?? '' },
        { role: 'user', content: followUp },
      ],
      stream: true,
      stream_options: { include_usage: true },
      store: true,
      metadata,
    });
    const out = streamed('assistant');
    let count = 0;
    let tokens: number | undefined;
    for await (const chunk of chunks) {
      count += 1;
      out.write(chunk.choices[0]?.delta.content ?? '');
      tokens = chunk.usage?.completion_tokens ?? tokens;
    }
    out.end();
    facts({ chunks: count, tokens: tokens === undefined ? 'not reported' : `${tokens} out` });
  });
  return first;
}
