/** Decides whether to call tools, which ones, and with which arguments. */
import type { OpenAI } from 'colloquy';
import type { CompletionRequest } from '../models/model.ts';
import type { ScriptedCall } from '../models/script.ts';
import type { Prompt } from './prompt.ts';
import type { Random } from './random.ts';
import type { Sliced } from '../slices.ts';
import { patternSampler } from './schema/pattern.ts';
import { Expressions } from './schema/expressions.ts';
import { valueOf } from './structured.ts';

/** A tool call: arguments of a function are JSON text, the input of a custom tool is any text. */
export interface PlannedCall {
  id: string;
  type: 'function' | 'custom';
  name: string;
  input: string;
}

type Tool = NonNullable<CompletionRequest['tools']>[number];

/** The calls of one choice. */
export interface CallPlan {
  calls?: readonly PlannedCall[] | undefined;
  /** A call of the older field `functions`. */
  functionCall?: PlannedCall | undefined;
  finish: OpenAI.ChatCompletion.Choice['finish_reason'];
}

/** The calls to make, or `undefined` to answer in words. */
export function* planCalls(
  request: CompletionRequest,
  prompt: Prompt,
  random: Random,
): Sliced<CallPlan | undefined> {
  const { function_call: legacy, functions } = request;
  const choice = readChoice(request);
  if (choice.mode !== 'none' && choice.tools.length > 0) {
    const parallel = request.parallel_tool_calls ?? true;
    const chosen = choose(choice.tools, nameOfTool, choice.mode, prompt, parallel);
    if (chosen.length > 0) {
      const calls: PlannedCall[] = [];
      for (const tool of chosen) {
        const param = `tools[${request.tools?.indexOf(tool)}].function.parameters`;
        calls.push(yield* callOf(tool, prompt, random, param));
      }
      return { calls, finish: choice.mode === 'named' ? 'stop' : 'tool_calls' };
    }
  }
  if (!functions || legacy === 'none') return undefined;
  const named =
    typeof legacy === 'object' && legacy ? functions.filter(({ name }) => name === legacy.name) : undefined;
  const [first] = choose(named ?? functions, ({ name }) => name, named ? 'named' : 'auto', prompt, false);
  if (!first) return undefined;
  const param = `functions[${functions.indexOf(first)}].parameters`;
  const call = yield* callOf({ type: 'function', function: first }, prompt, random, param);
  return { functionCall: call, finish: named ? 'stop' : 'function_call' };
}

/** Calls that a script asks for. What it leaves out is made up: from the schema where the request has the tool. */
export function* scriptedCalls(
  scripted: readonly ScriptedCall[],
  request: CompletionRequest,
  prompt: Prompt,
  random: Random,
): Sliced<CallPlan> {
  const { tools = [], functions = [] } = request;
  const calls: PlannedCall[] = [];
  for (const { id, name, type, input } of scripted) {
    const index = (tools ?? []).findIndex((tool) => nameOfTool(tool) === name);
    const older = (functions ?? []).find((each) => each.name === name);
    const tool = tools?.[index] ?? (older && { type: 'function' as const, function: older });
    const made =
      input === undefined && tool
        ? yield* callOf(tool, prompt, random, `tools[${index}].function.parameters`)
        : undefined;
    const plain = type === 'custom' ? prompt.question : '{}';
    calls.push({
      id: id ?? newCallId(random),
      name,
      type: made?.type ?? type,
      input: input ?? made?.input ?? plain,
    });
  }
  if (request.functions && !request.tools) {
    return {
      functionCall: calls[0],
      finish: typeof request.function_call === 'object' ? 'stop' : 'function_call',
    };
  }
  return { calls, finish: readChoice(request).mode === 'named' ? 'stop' : 'tool_calls' };
}

const newCallId = (random: Random): string => `call_${random.string(24)}`;

type Mode = 'auto' | 'required' | 'none' | 'named';

function readChoice({ tools: given, tool_choice: choice }: CompletionRequest): {
  mode: Mode;
  tools: readonly Tool[];
} {
  const tools = given ?? [];
  if (!choice) return { mode: 'auto', tools };
  if (typeof choice === 'string') return { mode: choice, tools };
  if (choice.type === 'allowed_tools') {
    const allowed = new Set(choice.allowed_tools.tools.map((tool) => keyOf(tool as unknown as Tool)));
    return { mode: choice.allowed_tools.mode, tools: tools.filter((tool) => allowed.has(keyOf(tool))) };
  }
  return { mode: 'named', tools: tools.filter((tool) => keyOf(tool) === keyOf(choice as unknown as Tool)) };
}

const nameOfTool = (tool: Tool): string => (tool.type === 'function' ? tool.function.name : tool.custom.name);
const keyOf = (tool: Tool): string => `${tool.type} ${nameOfTool(tool)}`;

/**
 * In `auto`, the tools whose names share a word with the question, until a result is there. A tool that must be called is
 * the first of those, or the first of all. Without `parallel` only one is called.
 */
function choose<Tool>(
  tools: readonly Tool[],
  nameOf: (tool: Tool) => string,
  mode: Mode,
  { question, callsMade, results }: Prompt,
  parallel: boolean,
): Tool[] {
  const isForced = mode === 'required' || mode === 'named';
  if (!isForced && (callsMade > 0 || results.length > 0)) return [];
  const asked = new Set(wordsOf(question));
  const fitting = tools.filter((tool) => wordsOf(nameOf(tool)).some((word) => asked.has(word)));
  const chosen = fitting.length === 0 && isForced ? tools.slice(0, 1) : fitting;
  return parallel && mode !== 'named' ? chosen.slice(0, 4) : chosen.slice(0, 1);
}

/** Words that say nothing about what a tool is for. */
const small = new Set(['get', 'set', 'the', 'and', 'for', 'you', 'can', 'use', 'tool', 'function']);

/** The words of a text or a name, from three letters, in lower case and without their endings. */
function wordsOf(text: string): string[] {
  const words =
    text
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .match(/\p{L}{3,}/gu) ?? [];
  return words.filter((word) => !small.has(word)).map((word) => word.replace(/(?:ing|ed|es|s|er)$/, ''));
}

/** `param` is where the parameters of the function stand in the request. */
function* callOf(tool: Tool, prompt: Prompt, random: Random, param: string): Sliced<PlannedCall> {
  const id = newCallId(random);
  if (tool.type === 'custom')
    return { id, type: 'custom', name: tool.custom.name, input: customInput(tool.custom, prompt, random) };
  const { name, parameters } = tool.function;
  if (!parameters) return { id, type: 'function', name, input: '{}' };
  const schema =
    'type' in parameters || '$ref' in parameters ? parameters : { ...parameters, type: 'object' };
  const origin = { called: `function '${name}'`, param, code: 'invalid_function_parameters' };
  const value = yield* valueOf(schema, random, origin);
  return { id, type: 'function', name, input: JSON.stringify(value) };
}

/** Expressions of grammars are those of Rust, which spells a few things otherwise. */
const spelledHere: Record<string, string> = { '(?P<': '(?<', '\\A': '^', '\\z': '$' };

type Custom = Extract<Tool, { type: 'custom' }>['custom'];

/** Text for a custom tool. A regex grammar is obeyed; a Lark grammar is not read: the tool gets the plain question. */
function customInput({ format }: Custom, prompt: Prompt, random: Random): string {
  const grammar = format?.type === 'grammar' ? format.grammar : undefined;
  const made = grammar?.syntax === 'regex' ? sampleWhole(grammar.definition, random) : undefined;
  return made ?? (prompt.question || 'nothing in particular');
}

/** A text that an expression of a grammar matches from end to end, if one can be written. */
function sampleWhole(definition: string, random: Random): string | undefined {
  const pattern = definition.replace(/\\.|\(\?P</g, (found) => spelledHere[found] ?? found);
  const write = patternSampler(pattern);
  if (!write) return undefined;
  const expressions = new Expressions();
  for (let attempt = 0; attempt < 100; attempt++) {
    const text = write(random, [3, 1, 8][attempt % 3] as number);
    if (text === undefined || expressions.match(`^(?:${pattern})$`, text)) return text;
  }
  return undefined;
}
