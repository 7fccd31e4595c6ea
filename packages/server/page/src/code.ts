/** A request as a curl command and as a TypeScript program. */
import type { Completion, Message } from './completions.ts';
import { parametersOf, sentMessages } from './completions.ts';

/** The body that would make this completion again, as far as the server has kept it. */
export function bodyOf(completion: Completion, messages: readonly Message[]): object {
  // Of a response, this is the tier that served it, not one to ask for.
  const given = parametersOf(completion).filter(([name]) => name !== 'service_tier');
  return { model: completion.model, messages: sentMessages(messages), ...Object.fromEntries(given) };
}

/** A command for a POSIX shell. `$OPENAI_API_KEY` is left to the shell. */
export function curlOf(baseURL: string, body: object): string {
  return [
    `curl ${shellQuoted(`${baseURL}/chat/completions`)}`,
    `  -H 'content-type: application/json'`,
    `  -H "authorization: Bearer $OPENAI_API_KEY"`,
    `  -d ${shellQuoted(JSON.stringify(body, null, 2))}`,
  ].join(' \\\n');
}

/** Any text as one word of a POSIX shell. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A module that prints the reply. */
export function typeScriptOf(baseURL: string, body: object): string {
  return `import OpenAI from 'colloquy';

// The key is read from OPENAI_API_KEY.
const client = new OpenAI({ baseURL: ${JSON.stringify(baseURL)} });
const completion = await client.chat.completions.create(${literal(body)});
console.log(completion.choices[0]?.message);
`;
}

/** JSON is a literal of JavaScript, except that a `__proto__` in it would set the prototype. */
function literal(value: object): string {
  return JSON.stringify(value, null, 2).replace(/^(\s*)"__proto__": /gm, '$1["__proto__"]: ');
}
