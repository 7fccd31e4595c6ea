/** The packages that are tried, and the programs that try them. */
export interface Entry {
  /** The package that depends on `openai`, or expects a client of it. */
  name: string;
  /** A file below `programs`, without its extension. */
  program: string;
  /** What the program uses, for the page. */
  uses: string;
  /** For the page: what a user should know besides. */
  note?: string;
  /** Whether the note names a call that a program needs with Colloquy. */
  needsCall?: true;
  /** Why the program cannot work with Colloquy. The run fails when it does work. */
  cannot?: string;
  /** Whether the package talks to the server by itself: it is tried for the server, and without `openai`. */
  alone?: boolean;
  /** The version of `openai` to try when the newest one does not work: the last of those the package is made for. */
  openai?: string;
}

export const entries: readonly Entry[] = [
  {
    name: '@langchain/openai',
    program: 'langchain',
    uses: '`invoke`, `stream`, `bindTools`, `withStructuredOutput`, embeddings',
  },
  {
    name: '@openai/agents',
    program: 'agents',
    uses: '`run` (also streaming), a tool, `outputType`',
    needsCall: true,
    note: 'Call `setOpenAIAPI("chat_completions")`: the default is the Responses API, which Colloquy does not have.',
  },
  {
    name: '@instructor-ai/instructor',
    program: 'instructor',
    uses: '`create` with `response_model` (also streaming)',
  },
  { name: '@llamaindex/openai', program: 'llamaindex', uses: '`chat` (also streaming), a tool, embeddings' },
  {
    name: '@genkit-ai/compat-oai',
    program: 'genkit',
    uses: '`generate`, `generateStream`, a tool, embeddings',
    note: 'It streams with `client.beta.chat`, which exists in Colloquy, but not in `openai` 7.',
    openai: '4.104.0',
  },
  { name: 'token.js', program: 'token', uses: '`create` (also streaming), a tool' },
  { name: 'portkey-ai', program: 'portkey', uses: '`create` (also streaming), embeddings, models' },
  {
    name: 'autoevals',
    program: 'autoevals',
    uses: '`Factuality`, `EmbeddingSimilarity`, with and without a client',
  },
  {
    name: 'langsmith',
    program: 'langsmith',
    uses: '`wrapOpenAI`: `create` (also streaming), `parse`, models',
  },
  {
    name: 'braintrust',
    program: 'braintrust',
    uses: '`wrapOpenAI`: `create` (also streaming), embeddings',
  },
  {
    name: '@langfuse/openai',
    program: 'langfuse',
    uses: '`observeOpenAI`: `create` (also streaming), embeddings',
  },
  {
    name: 'weave',
    program: 'weave',
    uses: '`wrapOpenAI` in an `op`: `create` (also streaming)',
  },
  {
    name: '@posthog/ai',
    program: 'posthog',
    uses: '`OpenAI`: `create` (also streaming), embeddings',
    note: 'Without an override, `npm install` fails with `ERESOLVE`.',
  },
  {
    name: '@sentry/node',
    program: 'sentry',
    uses: '`instrumentOpenAiClient`: `create` (also streaming), embeddings',
  },
  {
    name: '@sentry/node',
    program: 'sentry-automatic',
    uses: 'automatic: `init` before `import("openai")`',
    cannot:
      'Sentry patches files of `openai` by path as they load, and Colloquy has other files. Use `instrumentOpenAiClient`.',
  },
  {
    name: '@arizeai/openinference-instrumentation-openai',
    program: 'openinference',
    uses: 'by hook: `create` (also streaming), embeddings, text completions',
    note: 'The hook applies only to `require("openai")`, not to `import`. This is the same with `openai`.',
  },
  {
    name: '@arizeai/openinference-instrumentation-openai',
    program: 'openinference-manual',
    uses: '`manuallyInstrument`: `create`',
  },
  {
    name: '@traceloop/instrumentation-openai',
    program: 'traceloop-manual',
    uses: '`manuallyInstrument`: `create` (also streaming)',
  },
  {
    name: '@traceloop/instrumentation-openai',
    program: 'traceloop',
    uses: 'by hook: `create`',
    cannot: 'Its hook supports only versions `>=4 <7` of `openai`. Use `manuallyInstrument`.',
    openai: '6.49.0',
  },
  {
    name: '@opentelemetry/instrumentation-openai',
    program: 'opentelemetry',
    uses: 'by hook: `create` (also streaming)',
    cannot: 'Its hook supports only versions `>=4.19.0 <7` of `openai`, and there is no manual setup.',
    openai: '6.49.0',
  },
  {
    name: '@ai-sdk/openai-compatible',
    program: 'ai-sdk',
    uses: '`generateText`, `streamText`, a tool, `Output.object`, embeddings',
    alone: true,
  },
  {
    name: 'xsai',
    program: 'xsai',
    uses: '`generateText`, `streamText`, a tool, embeddings, models',
    alone: true,
  },
];
