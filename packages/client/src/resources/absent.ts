/**
 * The names of resources that the `openai` package has and this one does not. Calling a method throws an error that says
 * what to use instead.
 */

import { OpenAIError } from '../errors/openai-error.ts';
import { BaseClient } from '../http/base-client.ts';
import type { ClientOptions } from '../http/options.ts';
import { absentMethods, absentResources } from './absent-table.ts';
import type { Tree } from './absent-table.ts';
import type { Chat } from './chat.ts';

/** A resource that is not part of this package. Every method throws an `OpenAIError` that says what to use instead. */
export interface Absent {
  readonly [name: string]: any;
}

/** The class of a resource that is not part of this package. It can be extended, and its prototype patched. */
export interface AbsentClass {
  new (client?: unknown): Absent;
  readonly [name: string]: any;
}

/** `client.beta`: {@link Chat}, as in `openai` 4 and 5. */
export interface Beta extends Absent {
  /** The same as `client.chat`. */
  chat: Chat;
}

class AbsentResource {
  declare static path: string;

  constructor() {
    addResources(this, new.target);
  }
}

/** Gives `target` an instance of each absent class among the statics of `owner`: `images` of `Images`. */
function addResources(target: object, owner: object): void {
  const statics = owner as Record<string, { new (): AbsentResource; prototype?: unknown }>;
  for (const name in statics) {
    const Class = statics[name]!;
    if (Class.prototype instanceof AbsentResource)
      (target as Record<string, unknown>)[name[0]!.toLowerCase() + name.slice(1)] = new Class();
  }
}

/** Throws what the resource it is called on has to say. */
function explain(this: unknown): never {
  const { path = '' } = Object(this).constructor as typeof AbsentResource;
  const url = path
    .replace(/^(beta|admin)\./, '')
    .replaceAll('.', '/')
    .replace(/[A-Z]/g, '_$&')
    .toLowerCase();
  throw new OpenAIError(
    `client.${path} is not part of colloquy. Use client.post('/${url}', { body }), or keep openai beside it (docs/migration.md).`,
  );
}

/** Gives `owner` a class for each resource of `tree`, as a static: `Images` for `images`. */
function addClasses<Owner extends object>(owner: Owner, tree: Tree | 0, start = ''): Owner {
  for (const name in tree as Tree) {
    const Name = name[0]!.toUpperCase() + name.slice(1);
    const path = start + name;
    const Class = { [Name]: class extends AbsentResource {} }[Name]!;
    Class.path = path;
    addClasses(Class, (tree as Tree)[name]!, `${path}.`);
    (owner as Record<string, unknown>)[Name] = Class;
  }
  return owner;
}

/** Adds the classes of all resources, and the methods they share. */
function addNames<Owner extends object>(owner: Owner): Owner {
  for (const name of absentMethods.split(','))
    (AbsentResource.prototype as unknown as Record<string, unknown>)[name] = explain;
  return addClasses(owner, absentResources);
}

export class AbsentNames extends BaseClient {
  /** @deprecated Not part of colloquy. Use `client.post('/decisions', { body })`, or keep openai beside it. */
  declare decisions: Absent;
  /** @deprecated Not part of colloquy. Use `client.post('/files', { body })`, or keep openai beside it. */
  declare files: Absent;
  /** @deprecated Not part of colloquy. Use `client.post('/images', { body })`, or keep openai beside it. */
  declare images: Absent;
  /** @deprecated Not part of colloquy. Use `client.post('/content_provenance_checks', { body })`, or keep openai beside it. */
  declare contentProvenanceChecks: Absent;
  /** @deprecated Not part of colloquy. Use `client.post('/audio', { body })`, or keep openai beside it. */
  declare audio: Absent;
  /** @deprecated Not part of colloquy. Use `client.post('/fine_tuning', { body })`, or keep openai beside it. */
  declare fineTuning: Absent;
  /** @deprecated Not part of colloquy. Use `client.post('/graders', { body })`, or keep openai beside it. */
  declare graders: Absent;
  /** @deprecated Not part of colloquy. Use `client.post('/vector_stores', { body })`, or keep openai beside it. */
  declare vectorStores: Absent;
  /** @deprecated Not part of colloquy. Use `client.post('/safety', { body })`, or keep openai beside it. */
  declare safety: Absent;
  /** @deprecated Not part of colloquy. Use `client.post('/webhooks', { body })`, or keep openai beside it. */
  declare webhooks: Absent;
  /** @deprecated Not part of colloquy. Use `client.post('/batches', { body })`, or keep openai beside it. */
  declare batches: Absent;
  /** @deprecated Not part of colloquy. Use `client.post('/uploads', { body })`, or keep openai beside it. */
  declare uploads: Absent;
  /** @deprecated Not part of colloquy. Use `client.post('/organization', { body })`, or keep openai beside it. */
  declare admin: Absent;
  /** @deprecated Not part of colloquy. Use `client.post('/responses', { body })`, or keep openai beside it. */
  declare responses: Absent;
  /** @deprecated Not part of colloquy. Use `client.post('/live', { body })`, or keep openai beside it. */
  declare live: Absent;
  /** @deprecated Not part of colloquy. Use `client.post('/realtime', { body })`, or keep openai beside it. */
  declare realtime: Absent;
  /** @deprecated Not part of colloquy. Use `client.post('/conversations', { body })`, or keep openai beside it. */
  declare conversations: Absent;
  /** @deprecated Not part of colloquy. Use `client.post('/evals', { body })`, or keep openai beside it. */
  declare evals: Absent;
  /** @deprecated Not part of colloquy. Use `client.post('/containers', { body })`, or keep openai beside it. */
  declare containers: Absent;
  /** @deprecated Not part of colloquy. Use `client.post('/skills', { body })`, or keep openai beside it. */
  declare skills: Absent;
  /** @deprecated Not part of colloquy. Use `client.post('/videos', { body })`, or keep openai beside it. */
  declare videos: Absent;
  /** Holds `chat`, and names that only explain themselves. */
  declare beta: Beta;

  /** @deprecated */
  declare static Decisions: AbsentClass;
  /** @deprecated */
  declare static Files: AbsentClass;
  /** @deprecated */
  declare static Images: AbsentClass;
  /** @deprecated */
  declare static ContentProvenanceChecks: AbsentClass;
  /** @deprecated */
  declare static Audio: AbsentClass;
  /** @deprecated */
  declare static FineTuning: AbsentClass;
  /** @deprecated */
  declare static Graders: AbsentClass;
  /** @deprecated */
  declare static VectorStores: AbsentClass;
  /** @deprecated */
  declare static Safety: AbsentClass;
  /** @deprecated */
  declare static Webhooks: AbsentClass;
  /** @deprecated */
  declare static Batches: AbsentClass;
  /** @deprecated */
  declare static Uploads: AbsentClass;
  /** @deprecated */
  declare static Admin: AbsentClass;
  /** @deprecated */
  declare static Responses: AbsentClass;
  /** @deprecated */
  declare static Live: AbsentClass;
  /** @deprecated */
  declare static Realtime: AbsentClass;
  /** @deprecated */
  declare static Conversations: AbsentClass;
  /** @deprecated */
  declare static Evals: AbsentClass;
  /** @deprecated */
  declare static Containers: AbsentClass;
  /** @deprecated */
  declare static Skills: AbsentClass;
  /** @deprecated */
  declare static Videos: AbsentClass;
  /** @deprecated */
  declare static Beta: AbsentClass;

  constructor(options?: ClientOptions) {
    super(options);
    addResources(this, WithAbsentNames);
  }
}

/** A client without resources, but with the names of those that are absent. */
export const WithAbsentNames: typeof AbsentNames = /* @__PURE__ */ addNames(AbsentNames);
