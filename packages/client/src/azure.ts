/** `AzureOpenAI`: a client for deployments of Azure OpenAI, without Realtime. */

import { OpenAI } from './client.ts';
import { OpenAIError } from './errors/openai-error.ts';
import { buildHeaders } from './http/headers.ts';
import type { NullableHeaders } from './http/headers.ts';
import type { ApiKeySetter, ClientOptions, FinalRequestOptions, SecuritySchemes } from './http/options.ts';
import { readEnv } from './http/platform.ts';
import { path as segments } from './http/url.ts';

type Unsupported = 'provider' | 'dataResidency' | 'credential' | 'workloadIdentity' | 'x509Transport';

/** Every option may also be `undefined`, which is the same as leaving it out. */
export interface AzureClientOptions extends Omit<ClientOptions, Unsupported | 'apiKey'> {
  /** Default: `OPENAI_API_VERSION`. */
  apiVersion?: string | undefined;
  /** The URL of your resource, such as `https://example.openai.azure.com`. Default: `AZURE_OPENAI_ENDPOINT`. */
  endpoint?: string | undefined;
  /**
   * The deployment for all requests. Without it, the `model` of a request is the name of its deployment. Endpoints
   * without a deployment, such as `models`, are not affected.
   */
  deployment?: string | undefined;
  /** Default: `AZURE_OPENAI_API_KEY`. Cannot be combined with `azureADTokenProvider`. */
  apiKey?: string | undefined;
  /** Resolves with an access token for Microsoft Entra. Called for every attempt. */
  azureADTokenProvider?: ApiKeySetter | undefined;
  /** Not supported by Azure. */
  dataResidency?: never;
  /** Not supported by Azure. */
  provider?: never;
}

/** The endpoints that belong to a deployment. */
const deployed = new Set([
  '/completions',
  '/chat/completions',
  '/embeddings',
  '/audio/transcriptions',
  '/audio/translations',
  '/audio/speech',
  '/images/generations',
  '/images/edits',
  '/batches',
]);

/** A base URL that names a deployment already. */
const hasDeployment = /^[^?#]*\/deployments(?=[/?#]|$)/;

/** A client for Azure OpenAI: {@link OpenAI} with other URLs and credentials. */
export class AzureOpenAI extends OpenAI {
  /** The deployment of all requests. May be changed at any time. */
  deploymentName: string | undefined;
  /** Sent with every request, as the query parameter `api-version`. */
  apiVersion: string;

  /** Throws an `OpenAIError` if the version, the credentials or the URL are missing, or given twice. */
  constructor({
    baseURL = readEnv('OPENAI_BASE_URL'),
    apiKey = readEnv('AZURE_OPENAI_API_KEY'),
    apiVersion = readEnv('OPENAI_API_VERSION'),
    endpoint,
    deployment,
    azureADTokenProvider: token,
    ...options
  }: AzureClientOptions = {}) {
    if (options.dataResidency) throw new OpenAIError('AzureOpenAI does not support `dataResidency`.');
    if (!apiVersion)
      throw new OpenAIError(
        "The OPENAI_API_VERSION environment variable is missing or empty; either provide it, or instantiate the AzureOpenAI client with an apiVersion option, like new AzureOpenAI({ apiVersion: 'My API Version' }).",
      );
    if (!token && !apiKey)
      throw new OpenAIError(
        'Missing credentials. Please pass one of `apiKey` and `azureADTokenProvider`, or set the `AZURE_OPENAI_API_KEY` environment variable.',
      );
    if (token && apiKey)
      throw new OpenAIError(
        'The `apiKey` and `azureADTokenProvider` arguments are mutually exclusive; only one can be passed at a time.',
      );
    super({
      ...(token && { dangerouslyAllowBrowser: true }),
      ...options,
      apiKey: token ?? apiKey,
      baseURL: addressOf(baseURL, endpoint),
      defaultQuery: { ...options.defaultQuery, 'api-version': apiVersion },
    });
    this.apiVersion = apiVersion;
    this.deploymentName = deployment;
  }

  override withOptions(options: Partial<AzureClientOptions>): this {
    const { apiVersion, deploymentName: deployment } = this;
    return super.withOptions({
      apiVersion,
      deployment,
      // `null`, unlike `undefined`, skips the environment variable.
      ...(options.endpoint && { baseURL: null }),
      ...(options.azureADTokenProvider && { apiKey: null }),
      ...options,
    } as Partial<ClientOptions>);
  }

  override buildRequest(
    options: FinalRequestOptions,
    facts: { retryCount?: number } = {},
  ): Promise<{ req: RequestInit & { headers: Headers }; url: string; timeout: number }> {
    const { method, path, body } = options;
    if (method === 'post' && deployed.has(path) && body && !hasDeployment.test(this.baseURL)) {
      const model = body instanceof FormData ? body.get('model') : (body as { model?: unknown }).model;
      const deployment = this.deploymentName || model;
      if (deployment) options = { ...options, path: segments`/deployments/${deployment}` + path };
    }
    return super.buildRequest(options, facts);
  }

  /** Does not follow redirects with an `api-key`: `fetch` would send it on to another host, unlike `Authorization`. */
  protected override fetchWithAuth(
    url: string | URL | Request,
    init: RequestInit,
    timeout: number,
    controller: AbortController,
    schemes?: SecuritySchemes,
  ): Promise<Response> {
    const safe: RequestInit = new Headers(init.headers).has('api-key')
      ? { ...init, redirect: 'manual' }
      : init;
    return super.fetchWithAuth(url, safe, timeout, controller, schemes);
  }

  protected override async authHeaders(
    options: FinalRequestOptions,
    schemes?: SecuritySchemes,
  ): Promise<NullableHeaders | undefined> {
    if (typeof this._options.apiKey === 'function') return super.authHeaders(options, schemes);
    return buildHeaders([{ 'api-key': this.apiKey }]);
  }
}

/** The base URL, which is given as such or follows from the endpoint. */
function addressOf(baseURL: string | null | undefined, endpoint: string | undefined): string {
  if (baseURL && endpoint) throw new OpenAIError('baseURL and endpoint are mutually exclusive');
  if (baseURL) return baseURL;
  const resource = endpoint ?? readEnv('AZURE_OPENAI_ENDPOINT');
  if (!resource)
    throw new OpenAIError(
      'Must provide one of the `baseURL` or `endpoint` arguments, or the `AZURE_OPENAI_ENDPOINT` environment variable',
    );
  return `${resource.replace(/\/+$/, '')}/openai`;
}
