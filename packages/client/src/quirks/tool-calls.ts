/** Handles tool calls without a type, with arguments that are not a string, or with repeated arguments. */

import { jsonOf, jsonText } from '../wire/json.ts';

type Call = { type?: unknown; function?: { arguments?: unknown } | null };

/** A whole call in the API's shape: the same object, or a changed copy. */
export function plainCall<C extends Call>(call: C): C {
  const plain = withTextArguments(call);
  const type = callType(call);
  return type === call.type ? plain : { ...plain, type };
}

/** The type of a call: one without it has the type of what it holds. */
export function callType(call: Call): unknown {
  return call.type ?? ['function', 'custom'].find((type) => type in call);
}

/** Whether the arguments of a call, or of a delta of one, are text or absent. */
export function hasTextArguments(call: Call): boolean {
  const args = call.function?.arguments;
  return args == null || typeof args === 'string';
}

/** The call, or delta, with the JSON text of arguments that are a value; the same object if there are none. */
export function withTextArguments<C extends Call>(call: C): C {
  if (hasTextArguments(call)) return call;
  const { function: called } = call;
  return { ...call, function: { ...called, arguments: jsonText(called!.arguments) } };
}

/** Adds `next` to the arguments so far, unless it repeats all of them: no JSON text continues with itself. */
export function joinArguments(
  current: string | undefined,
  next: string | null | undefined,
): string | undefined {
  if (next == null || (next === current && next[0] === '{' && jsonOf(next))) return current;
  return (current ?? '') + next;
}
