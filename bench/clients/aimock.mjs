// aimock: as a server with one fixture, and between callers and an upstream. Its cut of the text is by characters.
import { LLMock } from '@copilotkit/aimock';
import { loaded } from '../lib/gateway.mjs';
import { served } from '../lib/served.mjs';

export const tasks = {
  async server(_feed, params) {
    const { pieces, tokensPerSecond } = params;
    const mock = new LLMock({ port: 0 });
    mock.onMessage(
      /.*/,
      { content: pieces.join('') },
      {
        chunkSize: pieces[0].length,
        ...(tokensPerSecond && { streamingProfile: { tps: tokensPerSecond } }),
      },
    );
    await mock.start();
    return served(params, `${mock.url}/v1`);
  },

  async gateway(_feed, params) {
    const mock = new LLMock({ port: 0 });
    mock.enableRecording({ providers: { openai: params.upstream }, proxyOnly: true });
    await mock.start();
    return loaded(params, `${mock.url}/v1`);
  },
};
