/** The names of the client's options, and the names that older versions and other languages use for them. */

import { warnOnce } from '../log/log.ts';
import type { LogTarget } from '../log/log.ts';
import type { ClientOptions } from './options.ts';

type Unsupported = 'workloadIdentity' | 'x509Transport' | 'credential' | 'provider';

/** Every option, and what stands for it elsewhere: each in lower case, after a space. */
const names: Record<keyof Omit<ClientOptions, Unsupported>, string> = {
  apiKey: ' accesstoken',
  adminAPIKey: '',
  organization: ' organizationid',
  project: '',
  webhookSecret: '',
  baseURL: ' basepath',
  dataResidency: '',
  timeout: '',
  maxRetries: ' retries',
  fetch: '',
  fetchOptions: ' httpagent httpsagent',
  defaultHeaders: ' headers',
  defaultQuery: '',
  dangerouslyAllowBrowser: '',
  logLevel: '',
  logger: '',
  firstChunkTimeout: '',
  idleTimeout: '',
  maxRetryDelay: '',
  onTruncated: '',
  onMalformed: '',
  debugWire: '',
  observe: '',
  usage: '',
};

const plain = (name: string): string => name.replace(/[_-]/g, '').toLowerCase();

/**
 * Warns of each option whose name is not one of ours but stands for one of them: in another case (`baseUrl`), in Python
 * (`base_url`) or in older versions of the `openai` package (`basePath`). Other names may be those of a subclass.
 */
export function warnOfNames(options: object, client: LogTarget): void {
  for (const [given, value] of Object.entries(options)) {
    if (value === undefined || given in names) continue;
    for (const [name, others] of Object.entries(names))
      if ((plain(name) + others).split(' ').includes(plain(given)))
        warnOnce(client, `Unknown option \`${given}\`: use \`${name}\``);
  }
}
