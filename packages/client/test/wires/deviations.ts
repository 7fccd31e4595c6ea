/**
 * What other servers send that the API does not: which servers, since or until when as far as that is known, where it is
 * described, and which function of the client reads it. No source file imports this table, so no bundle carries it.
 */

/** Where a deviation applies. */
export type Edge =
  | 'bytes'
  | 'event'
  | 'chunk'
  | 'tool call'
  | 'completion'
  | 'error body'
  | 'outgoing message';

export interface Deviation {
  edge: Edge;
  /** What the server does, in Markdown. */
  sends: string;
  /** The wires of the sandbox that do it: keys of {@link servers}. */
  wires?: readonly string[];
  /** Servers without a wire in the sandbox. */
  others?: string;
  /** `<file in src>#<name>` of what reads it. Without one, nothing needs to: `why` gives the reason. */
  reader?: string;
  /** Why nothing reads it, or why the sandbox does not send it. Required for either. */
  why?: string;
  /** The functions of the sandbox that send it, in `packages/server/src/sandbox/quirks`. */
  sandbox?: readonly string[];
  /** What the doctor reports and the sandbox does not send: names in `packages/server/src/doctor/deviations.ts`. */
  doctor?: readonly string[];
  /** Public issues and pages that describe it. */
  sources?: string;
}

/** The servers of the sandbox's wires. */
export const servers: Record<string, string> = {
  'openai-parallel': 'OpenAI (parallel calls)',
  azure: 'Azure OpenAI',
  'azure-old': 'Azure OpenAI (in 2023)',
  'azure-deepseek': 'Azure (DeepSeek)',
  ollama: 'Ollama',
  'ollama-old': 'Ollama (old releases, until 0.4.6)',
  vllm: 'vLLM',
  'vllm-unfinished': 'vLLM (finish reason missing)',
  'vllm-doubled': 'vLLM (arguments doubled)',
  'llama-cpp': 'llama.cpp',
  'llama-cpp-old': 'llama.cpp (old releases, until late 2025)',
  'lm-studio': 'LM Studio',
  'lm-studio-engine': 'LM Studio (engine)',
  openrouter: 'OpenRouter',
  groq: 'Groq',
  together: 'Together',
  fireworks: 'Fireworks',
  deepseek: 'DeepSeek',
  mistral: 'Mistral',
  magistral: 'Mistral (Magistral)',
  'mistral-glm': 'Mistral (hosted GLM)',
  gemini: 'Gemini',
  'gemini-early': 'Gemini (first release)',
  anthropic: 'Claude',
  xai: 'xAI',
  cloudflare: 'Workers AI',
  'cloudflare-text-calls': 'Workers AI (tool calls in text)',
  bedrock: 'Bedrock',
  longcat: 'LongCat, Ant Ling, Spring',
  deepinfra: 'DeepInfra',
  huggingface: 'Hugging Face',
  glm: 'GLM, z.ai',
  minimax: 'MiniMax',
  moonshot: 'Moonshot',
  alibaba: 'Alibaba',
  cerebras: 'Cerebras',
};

const decoder = 'wire/sse.ts#EventDecoder';
const items = 'stream/items.ts#EventItems';
const add = 'streaming/accumulate.ts#addChunk';
const whole = 'streaming/accumulate.ts#complete';
const stream = 'streaming/chat-completion-stream.ts#ChatCompletionStream';
const settled = 'wire/merge.ts#settled';

const bytes: Omit<Deviation, 'edge'>[] = [
  {
    sends: 'comments between events: `: OPENROUTER PROCESSING`, `: keep-alive`, `: ping - <time>`, `:`',
    wires: ['openrouter', 'deepseek', 'deepinfra', 'llama-cpp', 'llama-cpp-old'],
    sandbox: ['pings'],
    reader: decoder,
    sources: 'OpenRouter docs, streaming; DeepSeek docs, rate limit; coder#28185; llama.cpp#23994',
  },
  {
    sends: '`data:` without a space after it',
    wires: ['longcat'],
    sandbox: ['noSpaceAfterData'],
    reader: decoder,
    sources: 'langchain_dart#778; freellmapi#1087; openai-python#498',
  },
  {
    sends: 'no blank line after `data: [DONE]`',
    wires: ['llama-cpp', 'llama-cpp-old'],
    sandbox: ['doneWithoutBlankLine'],
    reader: decoder,
    sources: 'apogee#139 (build b10603)',
  },
  {
    sends: '`[DONE]` twice',
    wires: ['cloudflare', 'cloudflare-text-calls'],
    sandbox: ['doneTwice'],
    reader: items,
    sources: '9router#1645 (2026-07-22)',
  },
  {
    sends: 'blank lines before a JSON body',
    wires: ['deepseek'],
    sandbox: ['blankLinesBeforeBody'],
    reader: 'wire/json.ts#jsonOf',
    sources: 'DeepSeek docs, rate limit',
  },
  {
    sends: 'an error as a separate field `error:`',
    wires: ['llama-cpp-old'],
    sandbox: ['failureAsErrorField'],
    reader: decoder,
    sources: 'coddy-agent#106 (b5966)',
  },
  {
    sends: 'an error object on a line without `data:`',
    others: 'gateways',
    reader: decoder,
    why: 'Not in the sandbox; see the fixture `others/bare-error.sse`.',
  },
  {
    sends: 'JSON or events with a wrong content type',
    others: 'gateways',
    doctor: ['strangeType'],
    reader: 'quirks/content-type.ts#otherType',
    why: 'Not in the sandbox; see the fixtures `others/json-as-text.http`, `others/json-for-stream.http`.',
    sources: 'openai-node#174; ThunderAI#416',
  },
  {
    sends: 'events in response to a request that is not streamed',
    others: 'gateways',
    reader: 'quirks/content-type.ts#eventType',
    why: 'Not in the sandbox; see the fixture `others/events-for-json.http`.',
  },
  {
    sends: 'JSON, or an error page, in response to a streamed request',
    others: 'gateways',
    doctor: ['jsonForStream'],
    reader: 'quirks/content-type.ts#eventStart',
    why: 'Not in the sandbox; see the fixture `others/html-for-stream.http`.',
    sources: 'llama.cpp#14566',
  },
];

const events: Omit<Deviation, 'edge'>[] = [
  {
    sends: '`event: ping` without data',
    wires: ['huggingface'],
    sandbox: ['pings'],
    reader: items,
    sources: "Portkey's provider for Hugging Face; openai-python#2721",
  },
  {
    sends: '`data: {}` or `data: null` between chunks',
    others: 'gateways',
    reader: 'quirks/chunk.ts#oddChunk',
    why: 'Not in the sandbox; see the fixture `others/ping-events.sse`.',
  },
  {
    sends: 'spaces after `[DONE]`',
    others: 'gateways',
    reader: 'quirks/event.ts#isDone',
    why: 'Not in the sandbox; see the fixture `others/ping-events.sse`.',
  },
  {
    sends: 'several events without blank lines, or an error after the start of another event',
    others: 'gateways',
    reader: 'quirks/event.ts#splitEvent',
    why: 'Not in the sandbox; see the fixture `others/single-newlines.sse`.',
  },
  {
    sends: 'a `data:` line that starts in the middle of another',
    wires: ['glm'],
    sandbox: ['gluedFrames'],
    reader: 'quirks/event.ts#innerEvent',
    sources: 'opencode#8282; opencode#23442',
  },
  {
    sends: 'an error in a `data:` line, with the status 200',
    wires: [
      'llama-cpp',
      'lm-studio',
      'lm-studio-engine',
      'together',
      'fireworks',
      'gemini',
      'gemini-early',
      'vllm',
    ],
    sandbox: ['failureAsData', 'failureAsDataThenDone'],
    reader: 'quirks/error-body.ts#errorIn',
    sources: 'llama.cpp#14566; goai#110; odysseus#736',
  },
  {
    sends: 'an error instead of a stream, with the status 200: as JSON or as the first event',
    others: 'gateways',
    doctor: ['errorInEvents'],
    reader: 'quirks/error-body.ts#errorIn',
    why: 'Not in the sandbox; see row 4 of the first table.',
  },
  {
    sends: 'an error in a chunk that also has choices',
    wires: ['openrouter'],
    sandbox: ['failureAsErrorChunk'],
    reader: items,
    sources: 'OpenRouter docs, errors and debugging',
  },
];

const chunks: Omit<Deviation, 'edge'>[] = [
  {
    sends: 'a choice without `index`',
    wires: ['cloudflare', 'cloudflare-text-calls'],
    sandbox: ['choicesWithoutIndex'],
    reader: 'quirks/chunk.ts#plainChunk',
    sources: 'vercel/ai#4031',
  },
  {
    sends: 'no `finish_reason` key until the end',
    wires: ['xai', 'bedrock', 'cerebras'],
    sandbox: ['noFinishKeyBeforeEnd'],
    reader: 'quirks/chunk.ts#asChunk',
    sources: 'litellm#40775; vllm#19662',
  },
  {
    sends: '`choices` that is null or missing, items that are not choices',
    others: 'gateways',
    reader: 'quirks/chunk.ts#asChunk',
    why: 'Not in the sandbox; see the fixture `others/missing-choices.sse`.',
  },
  {
    sends: 'a complete message instead of a delta',
    others: 'gateways',
    reader: 'quirks/chunk.ts#asChunk',
    why: 'Not in the sandbox; see the fixture `others/json-for-stream.http`.',
  },
  {
    sends: 'the whole text in one chunk',
    others: 'gateways',
    doctor: ['oneChunk'],
    why: 'The client reads it like any other chunk. Not in the sandbox.',
  },
  {
    sends: '`finish_reason: ""` in every chunk',
    wires: ['ollama-old'],
    sandbox: ['emptyFinishReason'],
    reader: settled,
    sources: 'ollama#4357',
  },
  {
    sends: '`[DONE]` without a finish reason, or with `finishReason`',
    wires: ['vllm-unfinished', 'gemini-early'],
    sandbox: ['finishStaysNull', 'finishUnderOtherName'],
    reader: whole,
    sources: 'vllm-mlx#628; vllm#27572; llmcord#84',
  },
  {
    sends: 'a finish reason in several chunks, or with the last text',
    wires: ['cloudflare', 'cloudflare-text-calls', 'vllm'],
    sandbox: ['finishRepeated', 'finishWithLastText'],
    reader: stream,
    sources: '9router#1645; vllm#35705',
  },
  {
    sends: 'non-standard finish reasons: `eos`; `stop` with tool calls',
    wires: ['together', 'gemini', 'cloudflare', 'cloudflare-text-calls'],
    sandbox: ['finishReasons', 'finishReasonsInStreams'],
    why: 'The client does not change finish reasons. Tools run with any finish reason that does not mean a failure or truncation.',
    sources: 'python-genai#2868; cloudflare/ai#192',
  },
  {
    sends: 'a finish reason that means a failure: `error`, `model_length`, `insufficient_system_resource`',
    wires: ['deepseek'],
    others: 'OpenRouter, Mistral',
    sandbox: ['failureAsFinishReason'],
    reader: 'quirks/finish-reason.ts#isBrokenOff',
    sources: "Portkey's types of DeepSeek and Mistral",
  },
  {
    sends: 'after a failure, an empty delta and then the end',
    wires: ['ollama', 'ollama-old'],
    sandbox: ['failureAsEmptyChunk'],
    reader: 'streaming/chunks.ts#ChunkRules',
    sources: 'ollama at fb307609',
  },
  {
    sends: 'a role in every chunk, a null role, or no role',
    wires: ['ollama', 'ollama-old', 'openrouter', 'fireworks', 'mistral-glm'],
    sandbox: ['roleOnEveryChunk', 'roleNullLater', 'roleNeverSent'],
    reader: whole,
    sources: "Portkey's provider for Fireworks; vercel/ai at 9f1e1ba",
  },
  {
    sends: 'null for fields without a value, in the first delta or in all',
    wires: ['llama-cpp', 'llama-cpp-old', 'deepseek', 'azure-deepseek'],
    sandbox: ['firstContentNull', 'onEveryDelta'],
    reader: 'wire/merge.ts#concat',
  },
  {
    sends: 'content that is a number',
    wires: ['cloudflare', 'cloudflare-text-calls'],
    sandbox: ['numbersInContent'],
    reader: 'quirks/content.ts#contentText',
    sources: '9router#1645 (2026-07-22)',
  },
  {
    sends: 'content that is a list of parts, including reasoning',
    wires: ['magistral'],
    sandbox: ['contentParts'],
    reader: 'quirks/reasoning.ts#thinkingOf',
    sources: 'oh-my-pi',
  },
  {
    sends: 'reasoning in a separate field, or in several fields',
    wires: ['azure-deepseek', 'ollama', 'groq', 'together', 'deepseek', 'xai', 'moonshot', 'openrouter'],
    others: 'GitHub Copilot',
    sandbox: ['reasoningIn', 'reasoningWithDetails'],
    reader: 'quirks/reasoning.ts#addReasoning',
    sources: 'models.dev#1573; OpenRouter docs, reasoning tokens',
  },
  {
    sends: 'all of the reasoning so far in every chunk',
    wires: ['minimax'],
    sandbox: ['reasoningCumulative'],
    why: 'Not handled: without knowing the server, the client cannot distinguish it from reasoning that repeats itself.',
    sources: 'oh-my-pi',
  },
  {
    sends: '`<reasoning>` in the content',
    wires: ['bedrock'],
    sandbox: ['reasoningInContent'],
    why: 'Part of the text, which the client does not change.',
    sources: 'vercel/ai#14720; cherry-studio#10225',
  },
  {
    sends: 'no `object` or `created`',
    wires: ['moonshot', 'bedrock'],
    sandbox: ['without'],
    reader: whole,
    sources: 'litellm#40775',
  },
  {
    sends: 'fields that the API does not have',
    wires: ['openrouter', 'llama-cpp', 'cerebras', 'vllm', 'mistral-glm', 'azure-deepseek'],
    sandbox: ['envelope', 'generationId', 'onEveryChoice', 'onFirstChunk', 'onFinish', 'indexInDelta'],
    reader: 'wire/merge.ts#fields',
    sources: 'llama.cpp#15827',
  },
  {
    sends: 'filter results in chunks without an id, without choices or without a delta',
    wires: ['azure', 'azure-old'],
    sandbox: ['chunkBefore', 'chunkAfterFinish'],
    reader: add,
    sources: 'openai-python#1677; openai-python#2313; langchain#18977',
  },
  {
    sends: 'usage in `x_groq`, or in a choice',
    wires: ['groq', 'moonshot'],
    sandbox: ['usageTwice', 'usageInChoice'],
    reader: 'quirks/chunk.ts#plainChunk',
    sources: 'oh-my-pi',
  },
  {
    sends: 'usage with the finish reason, although not requested, or with numbers that do not add up',
    wires: ['mistral', 'magistral', 'xai', 'deepseek'],
    sandbox: ['usageInFinish', 'usageLast', 'usageThatDoesNotAddUp', 'usageWithCache'],
    reader: add,
  },
];

const calls: Omit<Deviation, 'edge'>[] = [
  {
    sends: 'tool calls without `index`',
    wires: ['ollama-old', 'mistral', 'magistral', 'gemini', 'gemini-early'],
    sandbox: ['callsWithoutIndex'],
    reader: 'quirks/call-places.ts#placeDelta',
    sources: 'ollama#7881; opencode#17902; openai-python#2806',
  },
  {
    sends: 'several tool calls, all with `index: 0`',
    wires: ['ollama'],
    sandbox: ['callsAllAtIndexZero'],
    reader: 'quirks/call-places.ts#placeDelta',
    sources: 'ollama#15457',
  },
  {
    sends: 'a first tool call with `index: 1`',
    wires: ['anthropic'],
    sandbox: ['callsFromIndexOne'],
    reader: 'quirks/call-places.ts#placeDelta',
    sources: 'pipecat#5342',
  },
  {
    sends: 'tool calls without `type`',
    wires: ['mistral', 'magistral'],
    sandbox: ['callsWithoutType'],
    reader: 'quirks/tool-calls.ts#callType',
  },
  {
    sends: 'arguments that are an object, not its JSON text',
    wires: ['minimax'],
    sandbox: ['objectArguments'],
    reader: 'quirks/tool-calls.ts#withTextArguments',
    sources: 'oh-my-pi',
  },
  {
    sends: 'the complete arguments again at the end',
    wires: ['vllm-doubled'],
    sandbox: ['doubledArguments'],
    reader: 'quirks/tool-calls.ts#joinArguments',
    why: 'If both copies are in one fragment, as the sandbox sends them, the text is not JSON and is not changed.',
    sources: 'vllm#51697',
  },
  {
    sends: 'a function name in pieces',
    others: 'NeMo Switchyard',
    reader: 'quirks/tool-names.ts#nameJoiner',
    why: 'Names are joined only for declared tools. Not in the sandbox; see the fixture `others/fragmented-name.sse`.',
    sources: 'Switchyard#785',
  },
  {
    sends: '`""` for the id or the name in later fragments',
    wires: ['alibaba', 'mistral-glm'],
    sandbox: ['emptyIdsLater', 'emptyNamesLater'],
    reader: settled,
  },
  {
    sends:
      'complete tool calls in one chunk, possibly with the finish reason; ids in other formats; `index` as the last field',
    wires: [
      'openai-parallel',
      'ollama',
      'ollama-old',
      'vllm',
      'vllm-doubled',
      'groq',
      'mistral',
      'magistral',
      'gemini',
      'gemini-early',
      'anthropic',
      'xai',
      'cloudflare',
      'cloudflare-text-calls',
      'minimax',
    ],
    sandbox: ['wholeCalls', 'callsWithFinish', 'callIds', 'indexLast'],
    reader: add,
    sources: 'vite-flare-starter#119',
  },
  {
    sends: 'a tool call as JSON text in the content',
    wires: ['cloudflare-text-calls'],
    sandbox: ['callsInContent'],
    why: 'Part of the text, which the client does not change.',
    sources: 'cloudflare/ai#192',
  },
  {
    sends: 'several tool calls as one call of `multi_tool_use.parallel`',
    wires: ['openai-parallel'],
    sandbox: ['parallelWrapper'],
    why: 'The client does not change it: it is the call that the model made.',
    sources: 'vercel/ai#19067; vercel/ai#4085',
  },
];

const completions: Omit<Deviation, 'edge'>[] = [
  {
    sends: 'tool calls without `type`, or with arguments that are an object',
    wires: ['mistral', 'magistral', 'minimax'],
    sandbox: ['callsWithoutType', 'objectArguments'],
    reader: 'quirks/tool-calls.ts#plainCall',
  },
  {
    sends: 'the list of models as a bare array',
    others: 'gateways',
    reader: 'http/page.ts#Page',
    doctor: ['bareList'],
    why: 'Not in the sandbox.',
  },
];

const errors: Omit<Deviation, 'edge'>[] = [
  {
    sends:
      'a `code` that is the HTTP status, as text or as a number; additional fields `metadata` or `failed_generation`',
    wires: ['azure', 'azure-old', 'azure-deepseek', 'llama-cpp', 'llama-cpp-old', 'openrouter', 'groq'],
    sandbox: ['codeIsText', 'codeIsStatus', 'codeAndMetadata', 'withFailedGeneration'],
    reader: 'quirks/error-body.ts#factsOf',
    sources: 'opencode#1018; OpenRouter docs, errors and debugging',
  },
  {
    sends: 'error fields at the top level, without an `error` object',
    wires: ['vllm', 'vllm-unfinished', 'vllm-doubled', 'mistral', 'magistral', 'mistral-glm'],
    sandbox: ['flat'],
    reader: 'quirks/error-body.ts#errorIn',
    sources: "Portkey's error types",
  },
  {
    sends: 'a list with one error',
    wires: ['gemini', 'gemini-early'],
    sandbox: ['list'],
    reader: 'quirks/error-body.ts#errorObject',
    sources: 'OpenChatCut#6',
  },
  {
    sends: '`errors`, `detail` or `fault` instead of `error`',
    wires: ['cloudflare', 'cloudflare-text-calls', 'fireworks'],
    others: 'FastAPI',
    sandbox: ['resultAndErrors', 'detailOrFault'],
    reader: 'quirks/error-body.ts#errorIn',
    sources: "cloudflare-docs#15116; Portkey's provider for Fireworks",
  },
  {
    sends: 'an error that is a string, which may contain JSON; an error with only a message',
    wires: ['together', 'lm-studio', 'lm-studio-engine'],
    sandbox: ['objectOrText', 'textWithJSON', 'messageOnly'],
    reader: 'quirks/error-body.ts#factsOf',
    sources: 'goai#110',
  },
  {
    sends: 'an error with a binary content type',
    wires: ['deepseek'],
    sandbox: ['labelledAsBytes'],
    reader: 'errors/api-error.ts#readErrorBody',
    sources: 'cc-switch-cli#169',
  },
  {
    sends: '`insufficient_quota` from an upstream server, inside other fields',
    others: 'gateways',
    reader: 'quirks/error-body.ts#isOutOfCredit',
    why: 'Not in the sandbox, which has no account that could run out of credit.',
  },
];

const outgoing: Omit<Deviation, 'edge'>[] = [
  {
    sends: 'a signature or reasoning that the next request must send back (checked 2026-06)',
    wires: ['gemini', 'gemini-early'],
    others: 'DeepSeek',
    sandbox: ['thoughtSignature'],
    reader: 'quirks/outgoing.ts#toParam',
    sources: 'openhuman#3548; cc-switch-cli#169',
  },
];

const byEdge: Record<Edge, Omit<Deviation, 'edge'>[]> = {
  bytes,
  event: events,
  chunk: chunks,
  'tool call': calls,
  completion: completions,
  'error body': errors,
  'outgoing message': outgoing,
};

export const deviations: readonly Deviation[] = Object.entries(byEdge).flatMap(([edge, list]) =>
  list.map((one) => ({ edge: edge as Edge, ...one })),
);
