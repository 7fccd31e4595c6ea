// Compares the sandbox with a real API: the same requests go to both, the API's responses are kept as cassettes, and a report
// says where the sandbox answers otherwise. The key is better in LIVE_API_KEY than in --key, which the list of processes shows.
//
//   npm run live -- --base-url https://api.openai.com/v1 --key sk-...
//   npm run live -- --base-url http://127.0.0.1:8787/v1 --only schemas
//
// Ends with 0 when nothing differs, 1 when something does, 2 when the API cannot be used.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { readText, readURL } from '../src/config.ts';
import { checked } from '../src/flags.ts';
import { groups } from './live/cases.ts';
import { reportOf, summaryOf } from './live/report.ts';
import { runLive, Unusable } from './live/run.ts';

interface Options {
  baseUrl: string;
  key: string;
  model: string;
  only?: string[];
  out?: string;
}

const program = new Command('live')
  .description('Compares the sandbox with a real API.')
  .addOption(
    new Option('--base-url <url>', 'the API, such as https://api.openai.com/v1')
      .makeOptionMandatory()
      .argParser((text) => checked(readURL, text)),
  )
  .addOption(
    new Option('--key <key>', 'its key')
      .env('LIVE_API_KEY')
      .default('none', 'none')
      .argParser((text) => checked(readText, text)),
  )
  .addOption(new Option('--model <model>', 'the chat model to ask').default('gpt-4o-mini'))
  .addOption(new Option('--only <group...>', 'which requests to send').choices(Object.keys(groups)))
  .addOption(new Option('--out <folder>', 'where cassettes and report go; default: .colloquy/live/<host>'))
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse();
const { baseUrl, key, model, only, out }: Options = program.opts();
const { host } = new URL(baseUrl);
const folder = resolve(out ?? join('.colloquy', 'live', host.replace(':', '-')));
mkdirSync(folder, { recursive: true });

try {
  const results = await runLive({
    baseURL: baseUrl,
    key,
    model,
    out: folder,
    groups: Object.fromEntries(Object.entries(groups).filter(([name]) => !only || only.includes(name))),
    onResult: ({ group, name, differences }) =>
      console.log(`${differences.length > 0 ? 'DIFF' : 'ok  '} ${group}: ${name}`),
  });
  const report = reportOf(results, `The sandbox and ${host}`);
  writeFileSync(join(folder, 'report.md'), report);
  console.log(`\n${report}\nCassettes and report: ${folder}\n${summaryOf(results)}`);
  process.exitCode = results.some(({ differences }) => differences.length > 0) ? 1 : 0;
} catch (error) {
  if (!(error instanceof Unusable)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 2;
}
