// What `stream()` does otherwise than the original, on purpose.
import type { KnownDifference } from '../known-differences.ts';

export const streamingDifferences: KnownDifference[] = [
  {
    id: 'arguments-done-with-finish',
    what: 'A call whose only delta comes with the finish reason: no arguments.done in the original; here it is told, after the delta.',
    why: 'Servers that send a call whole would otherwise never be heard.',
  },
  {
    id: 'arguments-delta-before-done',
    what: 'Two calls in one chunk, or a call with the finish reason: done before its last delta; here every delta comes before its done.',
    why: 'Done means that nothing follows.',
  },
  {
    id: 'arguments-done-once',
    what: 'Calls that take turns: arguments.done at every change of call, with partial text; here once per call: when another call begins if the text is whole JSON by then, else when the choice finishes.',
    why: 'A listener that runs the call at done must get all of its arguments, once.',
  },
  {
    id: 'interleaved-strict-calls',
    what: 'Calls of strict tools that take turns fail the stream with a SyntaxError; here they are parsed when they are whole.',
    why: 'The answer is right; only its order on the wire is unusual.',
  },
  {
    id: 'sparse-tool-calls',
    what: 'Tool calls numbered from 1, or with gaps: a TypeError; here the list has no holes, is in order of the indices, and events keep the index of the wire.',
    why: 'Some servers count content blocks together with calls.',
  },
  {
    id: 'sparse-choices',
    what: 'Choices with gaps: a TypeError, and holes in snapshots; here the list has no holes and each choice keeps its index.',
    why: 'The same, for choices.',
  },
  {
    id: 'no-index-limits',
    what: 'Choice and call indices from 128 on are refused; here any index that is a whole number is taken, at no cost for gaps.',
    why: 'The limit protected an array that is no longer sparse.',
  },
  {
    id: 'missing-indices',
    what: 'A choice or tool call without index is refused; here a choice is the first, and a call is placed by its id or by order.',
    why: 'Gemini, Mistral and Workers AI leave the index out.',
  },
  {
    id: 'one-index-for-all-calls',
    what: 'Several calls that all claim index 0 are merged into one; here a new id together with a new name opens another call.',
    why: 'Ollama sends them so, and merged arguments are lost.',
  },
  {
    id: 'missing-tool-call-type',
    what: 'A tool call whose type never comes fails the stream; and a whole reply fails parse() and runTools(); here a call with a function is a function call, and one with custom a custom call.',
    why: 'Mistral leaves the type out.',
  },
  {
    id: 'object-arguments',
    what: 'Arguments sent as an object become "[object Object]", and those of a whole reply cannot be parsed; here they become their JSON text.',
    why: 'MiniMax sends them so.',
  },
  {
    id: 'missing-role',
    what: 'A choice whose role never comes fails after everything was received, and tells no content events; here the role is assistant.',
    why: 'Nothing else can answer.',
  },
  {
    id: 'missing-choices',
    what: 'A chunk whose choices are missing or null fails the stream; here it has none. What is no object is skipped.',
    why: 'Usage, filter results and keep-alives come that way.',
  },
  {
    id: 'content-parts',
    what: 'Content sent as a list of parts becomes "[object Object]", and is no JSON to parse(); here the text of its parts is joined.',
    why: 'Mistral sends them so.',
  },
  {
    id: 'reasoning-is-joined',
    what: 'reasoning_content and reasoning keep their last fragment, reasoning_details the last list; here text is joined and lists are merged by index.',
    why: 'Five of five recorded reasoning servers lose their reasoning otherwise.',
  },
  {
    id: 'null-replaces-nothing',
    what: "null or '' in a field that is not appended to (model, usage, service_tier, an unknown one) replaces what had come; here it replaces nothing.",
    why: 'Many servers end with a chunk of nulls.',
  },
  {
    id: 'usage-without-id',
    what: 'A chunk without id is ignored but for its choices; here it also brings usage and fields that were not there.',
    why: 'Usage would be lost.',
  },
  {
    id: 'missing-token-counts',
    what: 'Usage without one of its three counts makes totalUsage() NaN there; here what is missing counts as nothing.',
    why: 'One server that leaves a count out must not spoil the sum.',
  },
  {
    id: 'provider-fields-are-kept',
    what: 'Fields the API does not know are dropped inside function, custom and audio, and from messages with function_call; here they are kept.',
    why: 'Some have to be sent back with the next request.',
  },
  {
    id: 'done-after-all-text',
    what: 'A server that sends a finish reason with every chunk gets content.done after the first; here after the last.',
    why: 'Done means that nothing follows.',
  },
  {
    id: 'parsed-on-every-delta',
    what: 'Beyond 1 KB parsed is null on most deltas, and message.parsed in snapshots stands still; here both have the value so far on every delta.',
    why: 'A display that follows the stream must not go blank.',
  },
  {
    id: 'parsed-keeps-trailing-space',
    what: 'White space at the end of an unfinished string is missing from parsed until the next delta; here it is there.',
    why: 'It is part of the text.',
  },
  {
    id: 'unreadable-prefix',
    what: 'A prefix that may still become JSON, such as "-", fails the stream; here parsed is null until something can be read.',
    why: 'The answer is right; only its cut is unlucky.',
  },
  {
    id: 'prose-fails-at-the-end',
    what: 'Structured content that is not JSON fails at its first chunk; here with the same error when it is done, after its content events.',
    why: 'Nothing is parsed that nobody reads, and the text says why the model did not answer in JSON.',
  },
  {
    id: 'no-structured-limits',
    what: 'Structured answers fail beyond 65,536 fragments, 16 MiB, 128 levels or 64 MiB of parsing; here there are no limits, because each character is read once. parsed shows at most 512 levels while arriving.',
    why: 'Long answers are answers.',
  },
  {
    id: 'tool-call-identity',
    what: 'A strict call whose name or type changes fails the stream; here the last name counts.',
    why: 'The value is read by the name that is there when it is read.',
  },
  {
    id: 'names-in-pieces',
    what: 'Of a name of a tool that comes in pieces the last one counts; here, if the pieces make the name of a tool of the request, that name.',
    why: 'Some servers send names as they send arguments.',
  },
  {
    id: 'chunks-stay-as-they-came',
    what: 'The first function_call delta grows with later chunks; here chunks never change.',
    why: 'Somebody may have kept it.',
  },
  {
    id: 'emitted-settles',
    what: 'emitted(event) stays pending when the stream ends or is aborted without that event; here it rejects.',
    why: 'A program that waits for it would hang.',
  },
  {
    id: 'slow-iterators-fail-nobody',
    what: 'An iterator that lags by 4,096 items or 8 MiB fails the whole stream; here items wait.',
    why: 'A slow reader is not an error.',
  },
  {
    id: 'nobody-listening-is-no-crash',
    what: 'A failing stream whose promises nobody took and whose error nobody listens for is an unhandled rejection, which ends a Node process; here it is not. Promises it gave out do not raise one either.',
    why: 'A dropped connection must not take a server down.',
  },
];
