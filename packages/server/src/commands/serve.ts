/** `colloquy-server serve`, the default command: starts a server, and stops it on a signal. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Argument, Help, type Command } from 'commander';
import type { CassetteSettings } from '../cassette/open.ts';
import { asksForKey, defaultConfigFile, isLoopback, SettingError } from '../config.ts';
import type { ConfigFile } from '../config-file/config-file.ts';
import { providerAt } from '../config-file/providers.ts';
import type { Fixtures } from '../fixtures/fixtures.ts';
import { isURL } from '../fixtures/sources.ts';
import { options, type Flags } from '../flags.ts';
import { logRecord } from '../http/telemetry.ts';
import type { RunningServer, ServerOptions } from '../server.ts';
import { didYouMean } from '../spelling.ts';
import { shownName } from '../store/names.ts';
import { counted } from './counted.ts';
import { keysIn } from './key-file.ts';

/** Adds the command, and shows its options in the help of the program. */
export function addServe(program: Command): void {
  const command = program
    .command('serve', { isDefault: true })
    .description('start a server (the default)')
    .usage('[options]')
    .addArgument(new Argument('[command]').argParser(refuseUnknown(program)))
    .action((_command: undefined, flags: Flags) => serve(flags, command));
  for (const option of options()) command.addOption(option);
  program.configureHelp({
    subcommandTerm(shown) {
      // Its argument only catches unknown commands.
      return shown === command ? 'serve [options]' : Help.prototype.subcommandTerm.call(this, shown);
    },
    visibleOptions(shown) {
      const own = Help.prototype.visibleOptions.call(this, shown);
      return shown === program ? [...command.options, ...own] : own;
    },
  });
}

/** An unknown command reaches the default command as its argument. */
function refuseUnknown(program: Command): (text: string) => void {
  return (text) => {
    if (text === 'serve') return; // after the options
    const names = program.commands.map((command) => command.name());
    const suggestion = didYouMean(text, names);
    program.error(`error: unknown command '${text}'.${suggestion} The commands are ${names.join(', ')}.`);
  };
}

async function serve(flags: Flags, command: Command): Promise<void> {
  const started = await start(flags, command);
  const { server, configFile } = started;
  const say = flags.log === 'json' ? printRecord : print;
  stopOnSignals(server, say);
  if (flags.log === 'json') printRecord('listening', { url: server.url, config: configFile });
  else print(greeting(started, flags));
}

interface Started {
  server: RunningServer;
  /** The names of the servers behind this one. */
  upstreams: string[];
  /** Whether clients must send a key. */
  isLocked: boolean;
  /** The full path of the configuration that was read. */
  configFile: string | undefined;
}

async function start(flags: Flags, command: Command): Promise<Started> {
  // Only now: help and mistakes in the flags should not wait for the database driver to load.
  const { startServer } = await import('../server.ts');
  const { Fixtures } = await import('../fixtures/fixtures.ts');
  const { loadFixtures } = await import('../fixtures/files.ts');
  const { loadConfigFile } = await import('../config-file/config-file.ts');
  try {
    const fixtures = new Fixtures();
    if (flags.watch) await watch(fixtures, flags, command);
    fixtures.replace(await loadFixtures(...(flags.fixtures ?? [])));
    const configFile = configFileOf(flags);
    const file = configFile === undefined ? undefined : await loadConfigFile(configFile);
    const upstreams = upstreamsOf(flags, file);
    const accepted = {
      apiKeys: [...(flags.apiKey ?? []), ...(await keysIn(flags.apiKeyFile))],
      keys: file?.keys ?? [],
    };
    const server = await startServer({
      host: flags.host,
      port: flags.port,
      db: flags.db,
      seed: flags.seed,
      tokensPerSecond: flags.tokensPerSecond,
      store: flags.store,
      ...accepted,
      bodyLimit: flags.bodyLimit,
      maxValues: flags.maxValues,
      keepAliveMs: flags.keepAlive,
      graceMs: flags.grace,
      cors: flags.cors ?? [],
      allowedHosts: flags.allowHost,
      logRequests: !flags.quiet,
      logFormat: flags.log,
      fixtures,
      strictFixtures: flags.strictFixtures ?? false,
      control: flags.control ?? false,
      metrics: flags.metrics ?? false,
      quirk: flags.quirk,
      fault: flags.fault,
      rateLimit: flags.rateLimit,
      cassette: cassetteOf(flags, command),
      upstreams,
      log: print,
    });
    return {
      server,
      upstreams: Object.keys(upstreams?.upstreams ?? {}),
      isLocked: asksForKey(accepted),
      configFile: configFile && resolve(configFile),
    };
  } catch (error) {
    return command.error(`error: ${startFailure(error, flags)}`);
  }
}

/** Keeps the fixtures that were read last if the files have a mistake. */
async function watch(
  fixtures: Fixtures,
  { fixtures: paths = [], log }: Flags,
  command: Command,
): Promise<void> {
  if (paths.every(isURL)) command.error('error: --watch needs --fixtures <path> with a file or folder.');
  const say = log === 'json' ? printRecord : print;
  const { watchFixtures } = await import('../fixtures/watch.ts');
  await watchFixtures(paths, {
    read(given) {
      fixtures.replace(given);
      say(`${counted(given.length, 'fixture')} read again.`);
    },
    failed: ({ message }) => say(`The fixtures were not read again. ${message}`),
  });
}

/** The file that is named, or the default one if it exists. */
function configFileOf({ config }: Flags): string | undefined {
  return config ?? (existsSync(defaultConfigFile) ? defaultConfigFile : undefined);
}

/** `--upstream` replaces the upstreams and models of the file. A cassette sends requests to its upstream itself. */
function upstreamsOf(
  { upstream: baseURL, upstreamKey: key, providers, cassette }: Flags,
  file: ConfigFile | undefined,
): ServerOptions['upstreams'] {
  if (cassette !== undefined) return undefined;
  if (baseURL !== undefined) {
    const name = providerAt(baseURL)?.name ?? new URL(baseURL).host;
    return { upstreams: { [name]: { baseURL, ...(key !== undefined && { key }) } }, providers };
  }
  const { upstreams = {}, models = {} } = file ?? {};
  const isGateway = providers === true || Object.keys({ ...upstreams, ...models }).length > 0;
  return isGateway ? { upstreams, models, providers } : undefined;
}

/** Refuses flags for a cassette if there is none. */
function cassetteOf(flags: Flags, command: Command): CassetteSettings | undefined {
  const { cassette: file, mode, upstream, upstreamKey, ignore, pace } = flags;
  if (file !== undefined) return { file, mode, upstream, upstreamKey, ignore, pace };
  for (const [flag, value] of Object.entries({ mode, ignore, pace })) {
    if (value !== undefined) command.error(`error: --${flag} needs --cassette <file>.`);
  }
  if (upstreamKey !== undefined && upstream === undefined) {
    command.error('error: --upstream-key needs --upstream <url>.');
  }
  return undefined;
}

/** The message for a server that did not start. Throws an error that the user cannot fix. */
function startFailure(error: unknown, { host, port }: Flags): string {
  if (error instanceof SettingError) return error.message;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    ERR_FIXTURE: message,
    ERR_CONFIG_FILE: `${message}\nSee --config.`,
    ERR_CASSETTE: `${message}\nSee --cassette, --mode and --upstream.`,
    ERR_DATABASE: `${message}\nChoose another with --db.`,
    EADDRINUSE: `Port ${port} on ${host} is in use. Choose another with --port, or any free one with --port 0.`,
    EACCES: `You are not allowed to listen on port ${port}. Choose one above 1023 with --port.`,
    EADDRNOTAVAIL: `This machine does not have the address ${host}. Choose another with --host.`,
    EINVAL: `This machine does not have the address ${host}. Choose another with --host.`,
    EAI_AGAIN: `The host name ${host} cannot be resolved. Choose another with --host.`,
    ENOTFOUND: `The host name ${host} cannot be resolved. Choose another with --host.`,
  };
  const reason = reasons[code];
  if (reason === undefined) throw error;
  return reason;
}

/** The first signal lets requests in flight finish within the grace time. The second stops the process at once. */
function stopOnSignals(server: RunningServer, say: (text: string) => void): void {
  let stopping = false;
  for (const [signal, status] of Object.entries({ SIGINT: 130, SIGTERM: 143 })) {
    process.on(signal, () => {
      if (stopping) process.exit(status);
      stopping = true;
      say('Finishing requests in flight. Press Ctrl-C again to stop at once.');
      void server.close().then(() => process.exit(0));
    });
  }
}

function greeting(
  { server: { url, pageURL }, upstreams, isLocked, configFile }: Started,
  { host, db, cassette, mode = 'replay' }: Flags,
): string {
  const reachable = (address: string): string => address.replace(/\/\/(?:0\.0\.0\.0|\[::\])/, '//127.0.0.1');
  const base = reachable(url);
  const lines = [
    `Chat completions at ${base}`,
    db === ':memory:'
      ? 'Stored completions are in memory, until the server stops'
      : `Stored completions in ${shownName(db)}`,
    `To view them, open ${reachable(pageURL)}`,
    ...(configFile === undefined ? [] : [`Configuration from ${configFile}`]),
    ...(cassette === undefined ? [] : [`Responses from ${resolve(cassette)} (${mode})`]),
    ...(upstreams.length === 0 ? [] : [`Upstreams: ${upstreams.join(', ')}`]),
    '',
    `  export OPENAI_BASE_URL=${base}`,
    `  export OPENAI_API_KEY=${isLocked ? '<one of your keys>' : 'any'}`,
    '',
  ];
  if (!isLocked && !isLoopback(host)) {
    lines.push('Anyone who can reach this machine can use the server. To require a key, set --api-key.', '');
  }
  return lines.join('\n');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints the text as a line of a JSON log. */
function printRecord(text: string, more: object = {}): void {
  print(logRecord('info', text, more));
}
