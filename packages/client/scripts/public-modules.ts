// The public doors of the package: each built module, the source it is built from, and the import paths that lead to it.
// The build, the `exports` map and the tests of the packed tarball all read this table.

export interface PublicModule {
  /** Below `packages/client`. */
  source: string;
  /** As users write them, without the package's name. Each also works with `.js` and `.mjs` at its end. */
  subpaths: string[];
  /** Erased at build: importing it is allowed and gives nothing. */
  typesOnly?: true;
}

const entry = (name: string, subpaths: string[]): PublicModule => ({
  source: `src/entries/${name}.ts`,
  subpaths,
});
const types = (name: string, subpaths: string[]): PublicModule => ({
  ...entry(name, subpaths),
  typesOnly: true,
});

export const publicModules: Record<string, PublicModule> = {
  index: { source: 'src/index.ts', subpaths: ['index'] },
  client: entry('client', ['client']),
  core: entry('core', ['core']),
  version: { source: 'src/version.ts', subpaths: ['version'] },
  error: entry('error', ['error', 'core/error']),
  streaming: entry('streaming', ['streaming', 'core/streaming']),
  pagination: entry('pagination', ['pagination', 'core/pagination']),
  'api-promise': entry('api-promise', ['api-promise', 'core/api-promise']),
  resource: entry('resource', ['resource', 'core/resource']),
  uploads: entry('uploads', ['uploads', 'core/uploads']),
  'event-emitter': entry('event-emitter', ['core/EventEmitter', 'lib/EventEmitter']),
  resources: entry('resources', ['resources', 'resources/index']),
  chat: entry('chat', [
    'resources/chat',
    'resources/chat/index',
    'resources/chat/chat',
    'resources/chat/completions',
    'resources/chat/completions/index',
    'resources/chat/completions/completions',
    'resources/chat/completions/messages',
  ]),
  shared: types('shared', ['resources/shared']),
  usage: types('usage', ['resources/completions']),
  'chat-stream': entry('chat-stream', ['lib/ChatCompletionStream', 'lib/chat-completions/streaming']),
  runners: entry('runners', [
    'lib/AbstractChatCompletionRunner',
    'lib/ChatCompletionRunner',
    'lib/ChatCompletionStreamingRunner',
    'lib/RunnableFunction',
  ]),
  'event-stream': entry('event-stream', ['lib/EventStream']),
  parser: entry('parser', ['lib/parser']),
  transform: entry('transform', ['lib/transform']),
  'json-schema': types('json-schema', ['lib/jsonschema']),
  predicates: entry('predicates', ['lib/Util', 'lib/chatCompletionUtils']),
  zod: { source: 'src/helpers/zod.ts', subpaths: ['helpers/zod'] },
  'standard-schema': { source: 'src/helpers/standard-schema.ts', subpaths: ['helpers/standard-schema'] },
  accumulate: { source: 'src/streaming/accumulate.ts', subpaths: ['accumulate'] },
  node: { source: 'src/node/index.ts', subpaths: ['node'] },
};
