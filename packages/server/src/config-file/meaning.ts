/** What the kinds of fields do not say: whether the parts of a configuration fit together, and what names mean. */
import { isBaseURL } from '../config.ts';
import { findProvider } from './providers.ts';

/** What is read of a configuration. */
interface Parts {
  upstreams: Record<string, { baseURL?: string; headers?: Record<string, string> }>;
  models: Record<string, { upstream: string; fallbacks?: string[] }>;
}

type Refuse = (path: string, message: string) => never;

/** Headers that say how a request is sent, which is not for a file to say. */
const ofConnection =
  /^(?:connection|content-length|expect|keep-alive|te|trailer|transfer-encoding|upgrade)$/i;

/** Every upstream has an address and a name of its own, and headers that can be sent. */
export function checkUpstreams({ upstreams }: Pick<Parts, 'upstreams'>, refuse: Refuse): void {
  for (const [name, { baseURL, headers = {} }] of Object.entries(upstreams)) {
    if (name === 'sandbox')
      refuse('upstreams.sandbox', 'must have another name: sandbox is the model of this server');
    const wrong = Object.keys(headers).find((header) => ofConnection.test(header));
    if (wrong !== undefined) refuse(`upstreams.${name}.headers.${wrong}`, 'is set by the connection');
    if (baseURL !== undefined && !isBaseURL(baseURL))
      refuse(`upstreams.${name}.baseURL`, 'must be an HTTP URL');
    if (baseURL === undefined && !findProvider(name))
      refuse(`upstreams.${name}`, 'must have a baseURL, because it is not the name of a known provider');
  }
}

/** Every model has an upstream. */
export function checkModels({ upstreams, models }: Parts, refuse: Refuse): void {
  const isKnown = (name: string): boolean =>
    Object.hasOwn(upstreams, name) || findProvider(name) !== undefined;
  for (const [name, { upstream, fallbacks = [] }] of Object.entries(models)) {
    if (upstream !== 'sandbox' && !isKnown(upstream)) {
      refuse(
        `models.${name}`,
        `names the upstream '${upstream}', which is neither in this file nor a known provider`,
      );
    }
    const unknown = fallbacks.findIndex((fallback) => !isKnown(fallback.split('/', 1)[0]!));
    if (unknown >= 0)
      refuse(
        `models.${name}.fallbacks[${unknown}]`,
        'names neither an upstream in this file nor a known provider',
      );
  }
}
