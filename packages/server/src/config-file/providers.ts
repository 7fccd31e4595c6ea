/** Providers that need no configuration: their base URLs, and the environment variables of their keys. */
import { readURL, SettingError } from '../config.ts';
import { didYouMean } from '../spelling.ts';

export interface Provider {
  baseURL: string;
  /** A server on this machine has none. */
  keyVariable?: string;
}

/** By the name that stands before the slash in `provider/model`. */
export const providers: Readonly<Record<string, Provider>> = {
  anthropic: { baseURL: 'https://api.anthropic.com/v1', keyVariable: 'ANTHROPIC_API_KEY' },
  cerebras: { baseURL: 'https://api.cerebras.ai/v1', keyVariable: 'CEREBRAS_API_KEY' },
  deepinfra: { baseURL: 'https://api.deepinfra.com/v1/openai', keyVariable: 'DEEPINFRA_API_KEY' },
  deepseek: { baseURL: 'https://api.deepseek.com/v1', keyVariable: 'DEEPSEEK_API_KEY' },
  fireworks: { baseURL: 'https://api.fireworks.ai/inference/v1', keyVariable: 'FIREWORKS_API_KEY' },
  gemini: {
    baseURL: 'https://generativelanguage.googleapis.com/v1beta/openai',
    keyVariable: 'GEMINI_API_KEY',
  },
  groq: { baseURL: 'https://api.groq.com/openai/v1', keyVariable: 'GROQ_API_KEY' },
  huggingface: { baseURL: 'https://router.huggingface.co/v1', keyVariable: 'HF_TOKEN' },
  llamacpp: { baseURL: 'http://127.0.0.1:8080/v1' },
  lmstudio: { baseURL: 'http://127.0.0.1:1234/v1' },
  mistral: { baseURL: 'https://api.mistral.ai/v1', keyVariable: 'MISTRAL_API_KEY' },
  moonshot: { baseURL: 'https://api.moonshot.ai/v1', keyVariable: 'MOONSHOT_API_KEY' },
  nvidia: { baseURL: 'https://integrate.api.nvidia.com/v1', keyVariable: 'NVIDIA_API_KEY' },
  ollama: { baseURL: 'http://127.0.0.1:11434/v1' },
  openai: { baseURL: 'https://api.openai.com/v1', keyVariable: 'OPENAI_API_KEY' },
  openrouter: { baseURL: 'https://openrouter.ai/api/v1', keyVariable: 'OPENROUTER_API_KEY' },
  perplexity: { baseURL: 'https://api.perplexity.ai', keyVariable: 'PERPLEXITY_API_KEY' },
  together: { baseURL: 'https://api.together.xyz/v1', keyVariable: 'TOGETHER_API_KEY' },
  vllm: { baseURL: 'http://127.0.0.1:8000/v1' },
  xai: { baseURL: 'https://api.x.ai/v1', keyVariable: 'XAI_API_KEY' },
};

/** The base URL of a server, or of the known provider of that name. Throws a `SettingError`. */
export function readUpstream(text: string): string {
  const found = findProvider(text.trim().toLowerCase());
  if (found) return found.baseURL;
  const names = Object.keys(providers);
  try {
    return readURL(text);
  } catch {
    const suggestion = didYouMean(text, names);
    throw new SettingError(
      `must be a URL such as https://api.openai.com/v1, or the name of a provider.${suggestion} The providers are ${names.join(', ')}`,
    );
  }
}

export function findProvider(name: string): Provider | undefined {
  return Object.hasOwn(providers, name) ? providers[name] : undefined;
}

/** The provider whose server a base URL is on, with its name. Only that server gets the key in its variable. */
export function providerAt(baseURL: string): (Provider & { name: string }) | undefined {
  const { origin } = new URL(baseURL);
  const found = Object.entries(providers).find(([, provider]) => new URL(provider.baseURL).origin === origin);
  return found && { name: found[0], ...found[1] };
}
