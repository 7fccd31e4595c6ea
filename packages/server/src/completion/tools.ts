/** Validates tools and tool choices. Names must be unique, and a choice must name an existing tool. */
import { invalidRequest } from '../http/errors.ts';
import {
  type Check,
  choice,
  either,
  flag,
  isRecord,
  list,
  object,
  required,
  text,
  variants,
} from '../validation/checks.ts';
import { functionName } from './messages.ts';

const definition = {
  name: required(functionName),
  // The most the API takes, as its published messages say.
  description: text({ max: 1024 }),
  parameters: object(),
};

/** The deprecated form of a function tool. */
export const legacyFunction: Check = object(definition);

/** What the definition says is not read: a grammar that cannot be parsed is the model's to refuse. */
const grammar = object({
  definition: required(text({ min: 1 })),
  syntax: required(choice('lark', 'regex')),
});

export const tool: Check = variants('type', {
  function: object({ function: required(object({ ...definition, strict: flag })) }),
  custom: object({
    custom: required(
      object({
        name: required(functionName),
        description: text(),
        format: variants('type', { text: object(), grammar: object({ grammar: required(grammar) }) }),
      }),
    ),
  }),
});

const named = object({ name: required(text({ min: 1 })) });
const byName = {
  function: object({ function: required(named) }),
  custom: object({ custom: required(named) }),
};

export const toolChoice: Check = either(
  {
    string: choice('none', 'auto', 'required'),
    object: variants('type', {
      ...byName,
      allowed_tools: object({
        allowed_tools: required(
          object({
            mode: required(choice('auto', 'required')),
            tools: required(list(variants('type', byName), 'objects', { min: 1, max: 128 })),
          }),
        ),
      }),
    }),
  },
  'one of a string or object',
);

export const functionCall: Check = either(
  { string: choice('none', 'auto'), object: named },
  'one of a string or object',
);

/** `function get_weather` of `{type: 'function', function: {name: 'get_weather'}}`, as messages spell it. */
function label(entry: unknown): string {
  if (!isRecord(entry) || typeof entry['type'] !== 'string') return '';
  const inner = entry[entry['type']];
  return `${entry['type']} ${isRecord(inner) ? String(inner['name']) : ''}`;
}

/**
 * Holds that a call by name means one tool. A function and a custom tool may share a name: calls and choices say which
 * of the two they mean.
 */
export function checkNames({ tools, functions }: Record<string, unknown>): void {
  const labels = new Set<string>();
  for (const [index, entry] of ((tools as { type: string }[] | null | undefined) ?? []).entries()) {
    if (labels.has(label(entry))) throw repeated(`tools[${index}].${entry.type}.name`);
    labels.add(label(entry));
  }
  const names = new Set<string>();
  for (const [index, { name }] of ((functions as { name: string }[] | null | undefined) ?? []).entries()) {
    if (names.has(name)) throw repeated(`functions[${index}].name`);
    names.add(name);
  }
}

function repeated(path: string): Error {
  const message = `Invalid value for '${path}': an earlier tool has this name. Names must be unique.`;
  return invalidRequest(path, message, 'invalid_value');
}

/** Holds that what `tool_choice` and `function_call` name is declared. The body has passed the table already. */
export function checkChoices(body: Record<string, unknown>): void {
  const { tools, tool_choice: chosen, functions, function_call: called } = body;
  for (const [name, needs] of onlyWith) {
    if (present(body[name]) && !present(body[needs])) throw notAlone(name, needs);
  }
  if (isRecord(chosen)) {
    const declared = new Set((tools as unknown[]).map(label));
    const wanted =
      chosen['type'] === 'allowed_tools' ? allowedOf(chosen) : [{ path: 'tool_choice', entry: chosen }];
    for (const { path, entry } of wanted) {
      if (!declared.has(label(entry))) throw undeclared(path, label(entry), 'tools');
    }
  }
  if (isRecord(called) && !(functions as { name: unknown }[]).some(({ name }) => name === called['name'])) {
    throw undeclared('function_call', `function ${String(called['name'])}`, 'functions');
  }
}

const onlyWith = [
  ['tool_choice', 'tools'],
  ['parallel_tool_calls', 'tools'],
  ['function_call', 'functions'],
] as const;

const present = (value: unknown): boolean => value !== undefined && value !== null;

function notAlone(name: string, needs: string): Error {
  return invalidRequest(
    name,
    `Invalid value for '${name}': '${name}' is only allowed when '${needs}' are specified.`,
  );
}

function undeclared(path: string, what: string, where: string): Error {
  return invalidRequest(
    path,
    `Invalid value for '${path}': ${what} not found in '${where}' parameter.`,
    'invalid_value',
  );
}

function allowedOf(chosen: Record<string, unknown>): { path: string; entry: unknown }[] {
  const { tools } = chosen['allowed_tools'] as { tools: unknown[] };
  return tools.map((entry, index) => ({ path: `tool_choice.allowed_tools.tools[${index}]`, entry }));
}
