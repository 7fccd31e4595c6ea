/** `colloquy-server key create`: creates a key, and its entry for `colloquy.yaml`. */
import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { readProject, readText } from '../config.ts';
import { checked } from '../flags.ts';
import { defaultProject, hashOf } from '../http/auth.ts';

export function addKey(program: Command): void {
  const key = program.command('key').description('create API keys for clients');
  key
    .command('create')
    .description('create a key, and print it once with its entry for colloquy.yaml')
    .option('--name <name>', 'name of the key in colloquy.yaml', (text) => checked(readText, text), 'key')
    .option(
      '--project <name>',
      'project whose stored completions the key gives access to',
      (text) => checked(readProject, text),
      defaultProject,
    )
    .action(({ name, project }: { name: string; project: string }) => {
      process.stdout.write(entryFor(createKey(), name, project));
    });
}

/** 256 random bits, so its hash needs no salt. */
function createKey(): string {
  return `sk-colloquy-${randomBytes(32).toString('base64url')}`;
}

function entryFor(key: string, name: string, project: string): string {
  const entry = stringify({ keys: [{ name, hash: hashOf(key), project }] });
  return `The key, which is not shown again:\n\n${key}\n\nIts entry in colloquy.yaml:\n\n${entry}`;
}
