// What the server keeps: retrieve, update, list, read the messages, delete.
import { facts, say, step } from './print.ts';
import type { First, Tour } from './tour.ts';

export async function stored({ client, model, run }: Tour, first: First): Promise<void> {
  const id = first?.id ?? 'none';

  await step('Retrieve the first one again', `chat.completions.retrieve('${id}')`, async () => {
    const completion = await client.chat.completions.retrieve(id);
    const [text, before] = [completion, first].map((one) => one?.choices[0]?.message.content);
    say('assistant', text);
    facts({ same: text === before ? 'word for word' : 'no' });
  });

  const update = "chat.completions.update(id, { metadata: { …, reviewed: 'yes' } })";
  await step('Change its metadata', update, async () => {
    const { metadata } = await client.chat.completions.update(id, {
      metadata: { tour: run, topic: 'sky', reviewed: 'yes' },
    });
    facts({ metadata: JSON.stringify(metadata) });
  });

  const list = 'for await (const completion of chat.completions.list({ metadata, limit: 3 }))';
  await step('Find completions by metadata, page by page', list, async () => {
    const rivers = ['Nile', 'Danube', 'Mekong', 'Amazon', 'Volga', 'Rhine', 'Ganges'];
    await Promise.all(
      rivers.map((river) =>
        client.chat.completions.create({
          model,
          messages: [{ role: 'user', content: `In one word: which sea does the ${river} reach?` }],
          store: true,
          metadata: { tour: run, topic: 'rivers', river },
          max_completion_tokens: 20,
        }),
      ),
    );
    const query = { metadata: { tour: run, topic: 'rivers' }, limit: 3 };
    const found: string[] = [];
    for await (const completion of client.chat.completions.list(query)) {
      found.push(completion.metadata?.['river'] ?? '?');
    }
    let pages = 0;
    for await (const page of (await client.chat.completions.list(query)).iterPages()) {
      if (page.data.length > 0) pages += 1;
    }
    facts({
      kept: `${rivers.length} about rivers, beside the ones about the sky`,
      metadata: JSON.stringify(query.metadata),
      found: found.join(', '),
      pages: `${pages}, of up to 3 each`,
    });
  });

  await step('Read the messages that led to an answer', 'chat.completions.messages.list(id)', async () => {
    for await (const message of client.chat.completions.messages.list(id)) say(message.role, message.content);
  });

  await step('Delete it', 'chat.completions.delete(id)', async () => {
    const { deleted } = await client.chat.completions.delete(id);
    facts({ deleted });
  });
}
