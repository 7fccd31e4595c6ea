/** The key for a server, from the variable that its provider documents. */
import { providerAt } from '../config-file/providers.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The key in the variable of the provider that the URL belongs to; for the server that `OPENAI_BASE_URL` names, that in
 * `OPENAI_API_KEY`. No other server gets one.
 */
export function keyFor(url: string, env: Environment): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const variable = variableFor(url, env);
  const key = variable === undefined ? '' : (env[variable]?.trim() ?? '');
  return key === '' ? undefined : key;
}

function variableFor(url: string, env: Environment): string | undefined {
  const known = providerAt(url)?.keyVariable;
  if (known !== undefined) return known;
  const { protocol, hostname } = new URL(url);
  const isAzure = /\.(?:openai|services\.ai)\.azure\.com$/i.test(hostname);
  if (protocol === 'https:' && isAzure) return 'AZURE_OPENAI_API_KEY';
  const isBase = trimmed(env['OPENAI_BASE_URL'] ?? '') === trimmed(url);
  return isBase ? 'OPENAI_API_KEY' : undefined;
}

const trimmed = (url: string): string => url.trim().replace(/\/+$/, '');
