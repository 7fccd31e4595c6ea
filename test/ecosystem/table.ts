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
  /** Why the program cannot work with colloquy. The run fails when it does work. */
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
    uses: '`run`, streamed too, a tool, `outputType`',
    note: 'Call `setOpenAIAPI("chat_completions")`: the default is the Responses API, which colloquy does not have.',
  },
  {
    name: '@instructor-ai/instructor',
    program: 'instructor',
    uses: '`create` with `response_model`, streamed too',
  },
  { name: '@llamaindex/openai', program: 'llamaindex', uses: '`chat`, streamed too, a tool, embeddings' },
  {
    name: '@genkit-ai/compat-oai',
    program: 'genkit',
    uses: '`generate`, `generateStream`, a tool, embeddings',
    note: 'It streams with `client.beta.chat`, which colloquy has and `openai` 7 does not have.',
    openai: '4.104.0',
  },
  { name: 'token.js', program: 'token', uses: '`create`, streamed too, a tool' },
  { name: 'portkey-ai', program: 'portkey', uses: '`create`, streamed too, embeddings, models' },
  {
    name: 'autoevals',
    program: 'autoevals',
    uses: '`Factuality`, `EmbeddingSimilarity`, with a client and without',
  },
  {
    name: 'langsmith',
    program: 'langsmith',
    uses: '`wrapOpenAI`: `create`, streamed too, `parse`, models',
  },
  {
    name: 'braintrust',
    program: 'braintrust',
    uses: '`wrapOpenAI`: `create`, streamed too, embeddings',
  },
  {
    name: '@langfuse/openai',
    program: 'langfuse',
    uses: '`observeOpenAI`: `create`, streamed too, embeddings',
  },
  {
    name: 'weave',
    program: 'weave',
    uses: '`wrapOpenAI` in an `op`: `create`, streamed too',
  },
  {
    name: '@posthog/ai',
    program: 'posthog',
    uses: '`OpenAI`: `create`, streamed too, embeddings',
    note: 'Without an override, npm ends with `ERESOLVE`.',
  },
  {
    name: '@sentry/node',
    program: 'sentry',
    uses: '`instrumentOpenAiClient`: `create`, streamed too, embeddings',
  },
  {
    name: '@sentry/node',
    program: 'sentry-automatic',
    uses: 'automatic: `init` before `import("openai")`',
    cannot:
      'Sentry changes the files of `openai` while they load, by their paths. Use `instrumentOpenAiClient`.',
  },
  {
    name: '@arizeai/openinference-instrumentation-openai',
    program: 'openinference',
    uses: 'by hook: `create`, streamed too, embeddings, text completions',
    note: 'The hook sees `require("openai")` only, with colloquy and with `openai`.',
  },
  {
    name: '@arizeai/openinference-instrumentation-openai',
    program: 'openinference-manual',
    uses: '`manuallyInstrument`: `create`',
  },
  {
    name: '@traceloop/instrumentation-openai',
    program: 'traceloop-manual',
    uses: '`manuallyInstrument`: `create`, streamed too',
  },
  {
    name: '@traceloop/instrumentation-openai',
    program: 'traceloop',
    uses: 'by hook: `create`',
    cannot: 'Its hook takes versions `>=4 <7` of `openai` only. Use `manuallyInstrument`.',
    openai: '6.49.0',
  },
  {
    name: '@opentelemetry/instrumentation-openai',
    program: 'opentelemetry',
    uses: 'by hook: `create`, streamed too',
    cannot: 'Its hook takes versions `>=4.19.0 <7` of `openai` only, and it cannot be applied by hand.',
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
