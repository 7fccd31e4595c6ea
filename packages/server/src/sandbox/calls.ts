/** Whether to call tools, which ones, and with what arguments. */
import type { OpenAI } from 'colloquy';
import type { CompletionRequest } from '../models/model.ts';
import type { ScriptedCall } from '../models/script.ts';
import type { Prompt } from './prompt.ts';
import type { Random } from './random.ts';
import { patternSampler } from './schema/pattern.ts';
import { matches, refillSteps } from './schema/expressions.ts';
import { valueOf } from './structured.ts';

/** A tool call: arguments of a function are JSON text, the input of a custom tool is any text. */
export interface PlannedCall {
  id: string;
  type: 'function' | 'custom';
  name: string;
  input: string;
}

type Tool = NonNullable<CompletionRequest['tools']>[number];
type Definition = NonNullable<CompletionRequest['functions']>[number];

/** The calls of one choice. */
export interface CallPlan {
  calls?: readonly PlannedCall[] | undefined;
  /** A call of the older field `functions`. */
  functionCall?: PlannedCall | undefined;
  finish: OpenAI.ChatCompletion.Choice['finish_reason'];
}

/** The calls to make, or `undefined` to answer in words. */
export function planCalls(request: CompletionRequest, prompt: Prompt, random: Random): CallPlan | undefined {
  const { function_call: legacy, functions } = request;
  const choice = readChoice(request);
  if (choice.mode !== 'none' && choice.tools.length > 0) {
    const chosen = choose(
      choice.tools,
      describeTool,
      choice.mode,
      prompt,
      request.parallel_tool_calls ?? true,
    );
    if (chosen.length > 0) {
      const calls = chosen.map(({ item, text }) => {
        const param = `tools[${request.tools?.indexOf(item)}].function.parameters`;
        return callOf(item, { ...prompt, question: text }, random, param);
      });
      return { calls, finish: choice.mode === 'named' ? 'stop' : 'tool_calls' };
    }
  }
  if (!functions || legacy === 'none') return undefined;
  const named =
    typeof legacy === 'object' && legacy ? functions.filter(({ name }) => name === legacy.name) : undefined;
  const [first] = choose(named ?? functions, (item) => item, named ? 'named' : 'auto', prompt, false);
  if (!first) return undefined;
  const param = `functions[${functions.indexOf(first.item)}].parameters`;
  const call = callOf({ type: 'function', function: first.item }, prompt, random, param);
  return { functionCall: call, finish: named ? 'stop' : 'function_call' };
}

/** Calls that a script asks for. What it leaves out is made up: from the schema where the request has the tool. */
export function scriptedCalls(
  scripted: readonly ScriptedCall[],
  request: CompletionRequest,
  prompt: Prompt,
  random: Random,
): CallPlan {
  const { tools = [], functions = [] } = request;
  const calls = scripted.map(({ id, name, type, input }): PlannedCall => {
    const index = (tools ?? []).findIndex((tool) => describeTool(tool).name === name);
    const older = (functions ?? []).find((each) => each.name === name);
    const tool = tools?.[index] ?? (older && { type: 'function' as const, function: older });
    const made =
      input === undefined && tool
        ? callOf(tool, prompt, random, `tools[${index}].function.parameters`)
        : undefined;
    const plain = type === 'custom' ? prompt.question : '{}';
    return {
      id: id ?? newCallId(random),
      name,
      type: made?.type ?? type,
      input: input ?? made?.input ?? plain,
    };
  });
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

const keyOf = (tool: Tool): string => `${tool.type} ${describeTool(tool).name}`;
const describeTool = (tool: Tool): Definition =>
  tool.type === 'function' ? (tool.function as Definition) : (tool.custom as Definition);

interface Chosen<T> {
  item: T;
  /** The part of the question this call is about. */
  text: string;
}

/**
 * In `auto`, the tools whose words the question uses, until a result has come; a question that fits none of them gets
 * the first tool only when it asks for something to be done. A tool that must be called is called even without a reason.
 */
function choose<T>(
  tools: readonly T[],
  describe: (tool: T) => Definition,
  mode: Mode,
  prompt: Prompt,
  parallel: boolean,
): Chosen<T>[] {
  const forced = mode === 'required' || mode === 'named';
  if (!forced && (prompt.callsMade > 0 || prompt.results.length > 0)) return [];
  const scored = tools.map((item, order) => ({
    item,
    order,
    score: overlap(describe(item), prompt.question),
  }));
  scored.sort((a, b) => b.score - a.score || a.order - b.order);
  const fitting = scored.filter(({ score }) => score > 0);
  const [best = scored[0]] = fitting;
  if (!best || (!forced && fitting.length === 0 && !asksForAction(prompt.question))) return [];
  if (!parallel || mode === 'named') return [{ item: best.item, text: prompt.question }];
  const parts = severalThings(prompt.question);
  if (parts.length > 1) return parts.slice(0, 8).map((text) => ({ item: best.item, text }));
  const also = fitting.slice(1).filter(({ score }) => score >= 2 && score * 2 >= best.score);
  return [best, ...also.slice(0, 3)].map(({ item }) => ({ item, text: prompt.question }));
}

const asksForAction = (question: string): boolean =>
  /^(please )?(book|send|call|get|fetch|find|search|look|check|set|add|turn|create|open|read|run|list|convert|compute|calculate|order|schedule|remind|play|use)\b/i.test(
    question,
  );

/** `weather in Paris` and `weather in Rome` of a question that joins two names: one call each. */
function severalThings(question: string): string[] {
  const name = String.raw`[\p{Lu}][\p{L}'’-]+(?: [\p{Lu}][\p{L}'’-]+)*`;
  const found = new RegExp(
    `\\b(in|for|of|at) (${name}(?:, ${name})*,? and (?:in |for |of |at )?${name})`,
    'u',
  ).exec(question);
  if (!found) return [];
  const names = (found[2] as string).split(/,? and (?:in |for |of |at )?|, /);
  return names.map((each) => question.replace(found[0], `${found[1]} ${each}`));
}

/** How many words a tool's name, description and parameters share with the question; its name counts double. */
function overlap({ name, description, parameters }: Definition, question: string): number {
  const asked = new Set(stems(question));
  const shared = (text: string): number => new Set(stems(text).filter((stem) => asked.has(stem))).size;
  const properties = Object.keys((parameters?.['properties'] as object | undefined) ?? {}).join(' ');
  return (
    2 * shared(name.replace(/([a-z])([A-Z])/g, '$1 $2')) + shared(description ?? '') + shared(properties)
  );
}

const small = new Set(
  'the and for you your with that this from what who how can get give tell are was will please into about have has use using used given return returns any all one two not'.split(
    ' ',
  ),
);

function stems(text: string): string[] {
  const words =
    text
      .slice(0, 4000)
      .toLowerCase()
      .match(/[a-z]{3,}/g) ?? [];
  return words
    .filter((word) => !small.has(word))
    .map((word) => word.replace(/(ing|ed|es|s|er)$/, '').slice(0, 7));
}

/** `param` is where the parameters of the function stand in the request. */
function callOf(tool: Tool, prompt: Prompt, random: Random, param: string): PlannedCall {
  const id = newCallId(random);
  if (tool.type === 'custom')
    return { id, type: 'custom', name: tool.custom.name, input: customInput(tool.custom, prompt, random) };
  const { name, parameters } = tool.function;
  if (!parameters) return { id, type: 'function', name, input: '{}' };
  const schema =
    'type' in parameters || '$ref' in parameters ? parameters : { ...parameters, type: 'object' };
  const origin = { called: `function '${name}'`, param, code: 'invalid_function_parameters' };
  const value = valueOf(schema, prompt, random, origin);
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
  refillSteps();
  for (let attempt = 0; attempt < 100; attempt++) {
    const text = write(random, [3, 1, 8][attempt % 3] as number);
    if (text === undefined || matches(`^(?:${pattern})$`, text)) return text;
  }
  return undefined;
}
