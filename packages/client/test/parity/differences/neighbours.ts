// Differences of the endpoints beside chat.
import type { KnownDifference } from '../known-differences.ts';

export const neighbourDifferences: KnownDifference[] = [
  {
    id: 'bare-lists',
    group: 'calls',
    when: 'A server sends a list as a plain array, as some do for `/models`',
    before: 'The list is empty.',
    after: 'The list contains the items of the array.',
    why: 'Items must not be lost.',
  },
  {
    id: 'undecodable-embeddings',
    group: 'calls',
    when: 'A response of `embeddings.create()` has no `data`, or a vector that is neither numbers nor base64 of 32-bit floats',
    before:
      'Resolves with a truncated vector or without `data`, or throws a `TypeError` or `RangeError` from the decoder.',
    after: 'Throws `OpenAIError`: `data[1].embedding is not the base64 of 32-bit floats`.',
    why: 'A wrong vector silently corrupts an index.',
  },
  {
    id: 'absent-resources',
    group: 'types',
    when: 'You call a method of `responses`, `images`, `audio`, `files` or another resource that Colloquy does not have',
    before: 'Sends the request.',
    after:
      'Throws `OpenAIError`: `client.responses is not part of colloquy. Use client.post(...)`. The resources and their classes exist only as stubs.',
    why: 'The package covers chat completions and a few related endpoints. Libraries that wrap or patch other resources keep working.',
  },
  {
    id: 'azure-bodies',
    group: 'calls',
    when: '`AzureOpenAI` posts JSON text, or a form, to an endpoint of a deployment',
    before: 'Text throws `Expected request body to be an object`. The `model` of a form is not read.',
    after: 'Both are sent, to `deployment` or to the deployment named by the `model` of the form.',
    why: 'Any body that `fetch` accepts should work.',
  },
  {
    id: 'azure-new-token',
    group: 'calls',
    when: '`withOptions({ azureADTokenProvider })` of an `AzureOpenAI` that has credentials',
    before: 'Throws: `apiKey` and `azureADTokenProvider` are mutually exclusive.',
    after: 'The provider replaces the credentials.',
    why: '`withOptions({ apiKey })` does the same.',
  },
];
