// Deliberate differences of runTools(). Each is shown by tools.test.ts.
import type { KnownDifference } from '../known-differences.ts';

export const toolsDifferences: KnownDifference[] = [
  {
    id: 'kept-siblings',
    what: 'One of several tools of a turn throws: the results of the others are lost; here they are in `messages` before the run fails.',
    why: 'Work that was done, and may not be done twice, must not vanish.',
  },
  {
    id: 'broken-off-answers',
    what: 'Calls of an answer that broke off with finish_reason error, model_length or insufficient_system_resource are run; here the run fails, as it does for length and content_filter.',
    why: 'Arguments that can be read may be the beginning of others.',
  },
  {
    id: 'abort-starts-nothing',
    what: 'An abort by a listener of a whole reply still runs the first of its tools that takes raw arguments; here none is started any more.',
    why: 'A caller who aborts must be able to rely on it.',
  },
  {
    id: 'abort-wins',
    what: 'A tool that throws after the run was aborted: an error if calls run in turn, an abort if they run together; here an abort.',
    why: 'Tools throw what they like when they are aborted; the cause is the abort.',
  },
  {
    id: 'custom-tools',
    what: 'Calls of custom tools are never answered, and the next request is refused; here a custom tool with a function is run, an unknown one is told to the model, and one without a function ends the run as paused.',
    why: 'Every call needs one answer.',
  },
  {
    id: 'tool-without-function',
    what: 'A call of a tool that was given without a function: "fn.function is not a function"; here the run ends as paused, and the call is among `pendingToolCalls`.',
    why: 'Some calls are answered elsewhere, in a browser or by a person.',
  },
  {
    id: 'malformed-arguments',
    what: 'Arguments of a strict or helper-made tool that are not JSON fail the run; here the model is told, as it is with other tools, and the other calls run.',
    why: 'The model can correct itself; the run cannot be repeated for free.',
  },
  {
    id: 'empty-arguments',
    what: 'Empty arguments are not JSON; here they are `{}` to whatever parses them.',
    why: 'Many servers send them for a function without parameters.',
  },
  {
    id: 'unwritable-results',
    what: 'A tool that gives a function or symbol leaves a message without content, which the API refuses; here their text.',
    why: 'A wrong result should be seen by whoever reads the conversation.',
  },
  {
    id: 'streamed-n',
    what: '`n` above 1 is refused only by the runner that does not stream; here by both.',
    why: 'Only the first choice would be answered.',
  },
  {
    id: 'provider-fields',
    what: 'Replies are sent back without the fields a provider added; here with them (`reasoning_content`, `extra_content` of a call), without `parsed` and `annotations`.',
    why: 'Gemini and DeepSeek refuse the next request otherwise.',
  },
  {
    id: 'pending-calls',
    what: 'Messages that end with calls nobody answered are sent as they are, and refused by the API; here the calls are answered first.',
    why: 'So a run that was paused or cut off can go on, in another process too.',
  },
  {
    id: 'null-fields',
    what: '`tool_calls: null` in a message and `tool_choice: null`: "Cannot read properties of null"; here the first is left out and the second sent.',
    why: 'Replies that were saved by others have them.',
  },
  {
    id: 'unusable-tools',
    what: 'No list of tools, or something in it that is no tool: "Cannot read properties of undefined"; a tool without any name is sent, and a callback that is no function fails when it is called; here these are errors that name the place, and nothing is sent.',
    why: 'An error should name what the caller forgot.',
  },
];
