/**
 * What a library author builds on the client: functions and members whose inferred types TypeScript writes into the
 * library's declarations. `declare` compiles such a library, and a program that uses it.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installed } from './installed.ts';

const library = `
import OpenAI from 'openai';
import { standardFunction, standardResponseFormat } from 'openai/helpers/standard-schema';
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';

const client = new OpenAI({ apiKey: 'key' });
const { completions } = client.chat;
const body = { model: 'm', messages: [] };
const place = z.object({ city: z.string() });
const read = { name: 'read', parameters: place };

export const created = () => completions.create(body);
export const streamed = () => completions.create({ ...body, stream: true });
export const awaited = async () => await completions.create({ ...body, stream: true });
export const split = async () => (await completions.create({ ...body, stream: true })).tee();
export const helper = () => completions.stream(body);
export const run = () => completions.runTools({ ...body, tools: [] });
export const streamedRun = () => completions.runTools({ ...body, tools: [], stream: true });
export const messages = () => completions.messages.list('x');
export const listed = () => completions.list();
export const page = async () => (await completions.list()).getNextPage();
export const retrieved = () => completions.retrieve('x').withResponse();
export const updated = () => completions.update('x', { metadata: { a: 'b' } });
export const deleted = () => completions.delete('x');
export const create = completions.create.bind(completions);
export const stream = completions.stream.bind(completions);
export const parse = completions.parse.bind(completions);
export const runTools = completions.runTools.bind(completions);
export class Service {
  s = completions.stream(body);
  r = completions.runTools({ ...body, tools: [] });
  completions = completions;
  messages = completions.messages;
  chat = client.chat;
}
export const format = () => zodResponseFormat(place, 'place');
export const tool = zodFunction(read);
export const runnable = zodFunction({ ...read, function: ({ city }) => city });
export const standardFormat = () => standardResponseFormat(place, 'place');
export const standardTool = standardFunction(read);
export const standardRunnable = standardFunction({ ...read, function: ({ city }) => city });
export const parsed = () => completions.parse({ ...body, response_format: format() });
export const value = async () => (await parsed()).choices[0]!.message.parsed;
export const final = async () => completions.stream({ ...body, response_format: format() }).finalChatCompletion();
export const listening = () => completions.stream(body).on('content.delta', (event) => event.delta);
export const emitted = () => completions.stream(body).emitted('tool_calls.function.arguments.delta');
export const listeners = (given: Parameters<ReturnType<typeof helper>['on']>) => given;
export const snapshot = () => completions.stream(body).currentChatCompletionSnapshot;
export const raw = () => client.post('/x', { body: {}, stream: true });
export const request = client.request.bind(client);
export const build = client.buildRequest.bind(client);
export const other = () => client.withOptions({ maxRetries: 0 });
export const Class = OpenAI;
`;

const consumer = `
import * as library from 'library';

export async function use(): Promise<void> {
  for await (const chunk of await library.streamed()) {
    const text: string | null | undefined = chunk.choices[0]?.delta.content;
    // @ts-expect-error: the types are there, not \`any\`
    chunk.nothing;
    void text;
  }
  const value: { city: string } | null = await library.value();
  const content: string | null = (await library.created()).choices[0]!.message.content;
  const final: { city: string } | null = (await library.final()).choices[0]!.message.parsed;
  library.helper().on('content.delta', ({ delta }) => delta.length);
  // @ts-expect-error: there is no such event
  new library.Service().s.on('contents', () => {});
  void [value, content, final];
}
`;

/** Needs a library that the compiler does not load by itself. */
const disposer = `
import * as library from 'library';

export async function use(): Promise<void> {
  await using stream = await library.awaited();
  await using helper = library.helper();
  await using run = library.run();
  const text: string | undefined = (await stream.textStream().next()).value;
  void [text, helper, run];
}
`;

const resolutions = {
  nodenext: { module: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
};

export type Resolution = keyof typeof resolutions;

const lib = ['es2022', 'dom', 'dom.asynciterable'];

/** Runs the compiler at `tsc` in `folder`, and gives its complaints. */
function compile(tsc: string, folder: string, compilerOptions: object, program: string): string {
  mkdirSync(folder, { recursive: true });
  const base = { strict: true, target: 'es2022', lib, types: [] };
  const config = { compilerOptions: { ...base, ...compilerOptions }, files: ['index.ts'] };
  writeFileSync(join(folder, 'index.ts'), program);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  return status === 0 ? '' : stdout + stderr || 'the compiler did not run';
}

/**
 * Compiles the library and then a program that has only its declarations. Gives the complaints of both, and the modules
 * that the declarations import.
 */
export function declare(
  ours: Installed,
  tsc: string,
  resolution: Resolution,
): { complaints: string; modules: string[] } {
  const options = { ...resolutions[resolution], skipLibCheck: true };
  const source = join(ours.project, 'library');
  const emit = { declaration: true, emitDeclarationOnly: true, composite: true, outDir: 'out' };
  const project = join(ours.project, 'program');
  const installed = join(project, 'node_modules/library');
  try {
    const complaints = compile(tsc, source, { ...options, ...emit }, library);
    if (complaints) return { complaints, modules: [] };
    cpSync(join(source, 'out'), installed, { recursive: true });
    writeFileSync(join(installed, 'package.json'), '{"name":"library","type":"module","types":"index.d.ts"}');
    const checked = { ...options, skipLibCheck: false, skipDefaultLibCheck: true, noEmit: true };
    const declared = readFileSync(join(source, 'out/index.d.ts'), 'utf8');
    const disposing = { ...checked, lib: [...lib, 'esnext.disposable'] };
    return {
      complaints: compile(tsc, project, checked, consumer) + compile(tsc, project, disposing, disposer),
      modules: [...declared.matchAll(/import\("([^"]+)"\)/g)].map(([, module]) => module!),
    };
  } finally {
    for (const folder of [source, project]) rmSync(folder, { recursive: true, force: true });
  }
}
