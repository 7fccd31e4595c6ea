/** The programs whose bundles are measured. What they do not use should stay out. */

const create = (entry: string): string => `
  import OpenAI from '${entry}';
  const client = new OpenAI({ apiKey: 'key', dangerouslyAllowBrowser: true });
  console.log(await client.chat.completions.create({ model: 'm', messages: [] }));`;

/** One request from `colloquy/core`. */
export const createFromCore: string = create('colloquy/core');

/** One request from `colloquy`. */
export const createFromRoot: string = create('colloquy');

/** The same with a stream, and a value read by a Zod schema. */
export const streamAndParse: string = `${createFromRoot}
  import { z } from 'zod';
  import { zodResponseFormat } from 'colloquy/helpers/zod';
  const response_format = zodResponseFormat(z.object({ city: z.string() }), 'place');
  const body = { model: 'm', messages: [], response_format };
  console.log(await client.chat.completions.parse(body));
  console.log(await client.chat.completions.stream(body).on('content', console.log).finalChatCompletion());`;
