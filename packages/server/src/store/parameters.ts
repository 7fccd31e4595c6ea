/** The parameters of a request that a stored completion shows, as the API does. */

const names = [
  'temperature',
  'top_p',
  'max_completion_tokens',
  'max_tokens',
  'stop',
  'seed',
  'n',
  'presence_penalty',
  'frequency_penalty',
  'reasoning_effort',
  'verbosity',
  'response_format',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
];

/** Those that a request, which is JSON, has. */
export function parametersOf(request: string): Record<string, unknown> {
  const given = JSON.parse(request) as Record<string, unknown>;
  return Object.fromEntries(names.flatMap((name) => (given[name] == null ? [] : [[name, given[name]]])));
}
