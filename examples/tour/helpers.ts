// The three helpers: typed answers, streams that tell what happens, and tools that are run for the model.
import { zodFunction, zodResponseFormat } from 'colloquy/helpers/zod';
import { z } from 'zod';
import { facts, growing, say, step } from './print.ts';
import type { Tour } from './tour.ts';

const Trip = z.object({
  city: z.string(),
  country: z.string(),
  days: z.int().min(1).max(14),
  highlights: z.array(z.string()).min(2).max(4),
  budget: z.object({ amount: z.number(), currency: z.enum(['EUR', 'USD', 'JPY']) }),
});

export async function helpers({ client, model }: Tour): Promise<void> {
  const plan = 'Plan a short trip to Lisbon for me.';
  const request = {
    model,
    messages: [{ role: 'user' as const, content: plan }],
    response_format: zodResponseFormat(Trip, 'trip'),
  };

  const parse = 'chat.completions.parse({ …, response_format: zodResponseFormat(Trip, …) })';
  await step('Get a typed answer', parse, async () => {
    say('user', plan);
    const completion = await client.chat.completions.parse(request);
    const trip = completion.choices[0]?.message.parsed; // z.infer<typeof Trip> | null
    facts({
      'trip.city': trip?.city,
      'trip.days': `${trip?.days}  (a ${typeof trip?.days})`,
      'trip.budget': `${trip?.budget.amount} ${trip?.budget.currency}`,
    });
  });

  const stream = "chat.completions.stream(…).on('content.delta', ({ parsed }) => …)";
  await step('Watch a typed answer grow', stream, async () => {
    const screen = growing('parsed');
    const completion = await client.chat.completions
      .stream(request)
      .on('content.delta', ({ parsed }) => screen.show(parsed))
      .finalChatCompletion();
    screen.end(completion.choices[0]?.message.parsed);
  });

  const tools = [
    zodFunction({
      name: 'get_weather',
      description: 'The weather in a city',
      parameters: z.object({ city: z.string() }),
      function: async ({ city }) => ({ city, sky: 'sunny', celsius: 19 + (city.length % 7) }),
    }),
    zodFunction({
      name: 'get_local_time',
      description: 'The local time in a city',
      parameters: z.object({ city: z.string() }),
      function: async ({ city }) => ({ city, time: '14:05' }),
    }),
  ];
  await step('Let the model call two tools at once', 'chat.completions.runTools({ …, tools })', async () => {
    const asked = 'What are the weather and the local time in Lisbon?';
    say('user', asked);
    const runner = client.chat.completions
      .runTools({ model, messages: [{ role: 'user', content: asked }], tools })
      .on('functionToolCall', (call) => say('calls', `${call.name}(${call.arguments})`))
      .on('functionToolCallResult', (result) => say('result', result));
    say('assistant', await runner.finalContent());
    facts({ ended: runner.stopReason, requests: runner.allChatCompletions().length });
  });
}
