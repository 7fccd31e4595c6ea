/** The key for a server, from the variable that its provider documents. */

/** By the end of the host name. A key is sent to no other host than its own. */
const variables: Record<string, string> = {
  'api.openai.com': 'OPENAI_API_KEY',
  'openai.azure.com': 'AZURE_OPENAI_API_KEY',
  'services.ai.azure.com': 'AZURE_OPENAI_API_KEY',
  'openrouter.ai': 'OPENROUTER_API_KEY',
  'api.groq.com': 'GROQ_API_KEY',
  'generativelanguage.googleapis.com': 'GEMINI_API_KEY',
  'api.mistral.ai': 'MISTRAL_API_KEY',
  'api.deepseek.com': 'DEEPSEEK_API_KEY',
  'api.together.xyz': 'TOGETHER_API_KEY',
  'api.fireworks.ai': 'FIREWORKS_API_KEY',
  'api.x.ai': 'XAI_API_KEY',
  'api.cerebras.ai': 'CEREBRAS_API_KEY',
  'api.anthropic.com': 'ANTHROPIC_API_KEY',
};

type Environment = Record<string, string | undefined>;

/** `OPENAI_API_KEY` is also for the server that `OPENAI_BASE_URL` names. */
export function keyFor(url: string, env: Environment): string | undefined {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  const [, variable] =
    Object.entries(variables).find(([end]) => host === end || host.endsWith(`.${end}`)) ?? [];
  const isBase = trimmed(env['OPENAI_BASE_URL'] ?? '') === trimmed(url) && url !== '';
  const key = env[variable ?? (isBase ? 'OPENAI_API_KEY' : '')]?.trim();
  return key === '' ? undefined : key;
}

const trimmed = (url: string): string => url.trim().replace(/\/+$/, '');
