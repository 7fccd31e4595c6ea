import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxModel } from '../../src/index.ts';
import { quirkNames } from '../../src/sandbox/quirks.ts';
import { completionBody, testApp, type TestApp } from '../support/app.ts';
import { call, calls, fixtures, text } from '../support/scenes.ts';

let app: TestApp;
beforeAll(async () => {
  app = await testApp({ fixtures, model: sandboxModel({ id: 'test-model' }) });
});
afterAll(() => app.close());

async function bytes(quirk: string, body: object, headers: Record<string, string> = {}): Promise<string> {
  return (await post(quirk, body, headers)).text();
}

function post(quirk: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return app.fetch(
    new Request('http://127.0.0.1/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-sandbox-quirk': quirk, ...headers },
      body: JSON.stringify(completionBody(body)),
    }),
  );
}

/** The data of all events that are chunks. */
async function chunks(quirk: string, body: object): Promise<any[]> {
  const events = (await bytes(quirk, { ...body, stream: true })).split('\n\n');
  return events
    .flatMap((event) => event.split('\n'))
    .filter((line) => /^data: ?\{/.test(line))
    .map((line) => JSON.parse(line.replace(/^data: ?/, '')) as unknown);
}

const whole = async (quirk: string, body: object): Promise<any> =>
  JSON.parse(await bytes(quirk, body)) as unknown;
const callsOf = (list: any[]): any[] => list.flatMap(({ choices }) => choices[0]?.delta?.tool_calls ?? []);
const deltasOf = (list: any[]): any[] => list.flatMap(({ choices }) => choices[0]?.delta ?? []);
const reasonsOf = (list: any[]): unknown[] => list.map(({ choices }) => choices[0]?.finish_reason);
const fails = { stream: true, ...text };
const inMidStream = { 'x-sandbox-fault': 'error-after=2' };
/** What a failed stream ends with after its first two chunks. */
const ending = async (quirk: string): Promise<string> => {
  const all = await bytes(quirk, fails, inMidStream);
  const events = all.split('\n\n');
  const second = events.findIndex(
    (_, at) => events.slice(0, at + 1).filter((one) => one.startsWith('data:')).length === 2,
  );
  return events.slice(second + 1).join('\n\n');
};

describe('the wire of', () => {
  it('Azure begins with a filter result for the prompt and ends with one that has no delta', async () => {
    const list = await chunks('azure', text);
    expect(list[0]).toMatchObject({ choices: [], created: 0, id: '', model: '', object: '' });
    expect(list[0].prompt_filter_results[0].prompt_index).toBe(0);
    expect(list.at(-1).choices[0]).toMatchObject({ index: 0, finish_reason: null });
    expect(list.at(-1).choices[0]).not.toHaveProperty('delta');
    expect(reasonsOf(list).at(-2)).toBe('stop');
    expect((await chunks('azure-old', text))[0]).toHaveProperty('prompt_annotations');
    expect(await whole('azure', text)).toHaveProperty('prompt_filter_results');
  });

  it('DeepSeek behind Azure fills every delta with nulls', async () => {
    const list = await chunks('azure-deepseek', text);
    for (const { choices } of list) {
      expect(Object.keys(choices[0].delta)).toEqual(
        expect.arrayContaining(['role', 'content', 'reasoning_content', 'tool_calls']),
      );
      expect(choices[0].matched_stop).toBeNull();
    }
    expect(list.at(-1).choices[0].delta.reasoning_content).toBeNull();
  });

  it('Ollama sends whole calls, all of index 0; before 0.4.7 of none', async () => {
    const now = callsOf(await chunks('ollama', calls));
    expect(now.map(({ index }) => index)).toEqual([0, 0]);
    expect(now.map((one) => JSON.parse(one.function.arguments))).toEqual([
      { city: 'Paris' },
      { city: 'Rome' },
    ]);
    expect(new Set(now.map(({ id }) => id)).size).toBe(2);
    for (const body of [calls, text])
      for (const { role } of deltasOf(await chunks('ollama', body))) expect(role).toBe('assistant');
    const list = await chunks('ollama-old', calls);
    expect(callsOf(list).map((one) => Object.keys(one))).toEqual([
      ['id', 'type', 'function'],
      ['id', 'type', 'function'],
    ]);
    expect(new Set(reasonsOf(list))).toEqual(new Set(['', 'tool_calls']));
    expect(list[0]).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-\d{1,3}$/),
      system_fingerprint: 'fp_ollama',
    });
  });

  it('vLLM has the reason in the chunk of the last text', async () => {
    const list = await chunks('vllm', text);
    expect(list.at(-1).choices[0]).toMatchObject({
      delta: { content: '3' },
      finish_reason: 'stop',
      stop_reason: null,
    });
    expect(callsOf(await chunks('vllm', call))[0].id).toMatch(/^chatcmpl-tool-[0-9a-f]{32}$/);
    expect(new Set(reasonsOf(await chunks('vllm-unfinished', text)))).toEqual(new Set([null]));
    expect(callsOf(await chunks('vllm-doubled', call))[0].function.arguments).toBe(
      '{"city":"Paris"}{"city":"Paris"}',
    );
  });

  it('llama.cpp has pings of its own, a first content of null, and no blank line after [DONE]', async () => {
    for (const [quirk, ping] of [
      ['llama-cpp', ': keepalive\n\n'],
      ['llama-cpp-old', ':\n\n'],
    ] as const) {
      const all = await bytes(quirk, { ...text, stream: true });
      expect(all.startsWith(ping)).toBe(true);
      expect(all.endsWith('}\n\ndata: [DONE]\n')).toBe(true);
      const list = await chunks(quirk, text);
      expect(list[0].choices[0].delta).toMatchObject({ role: 'assistant', content: null });
      expect(list[0]).toHaveProperty('prompt_progress');
      expect(list.at(-1)).toHaveProperty('timings');
    }
  });

  it('OpenRouter says that it is processing, and reasons twice', async () => {
    const response = await post('openrouter', { ...text, stream: true });
    expect(await response.text()).toMatch(/^: OPENROUTER PROCESSING\n\ndata: \{"id":"gen-/);
    const list = await chunks('openrouter', text);
    expect(list[1].choices[0].delta).toMatchObject({
      reasoning: 'First, ',
      reasoning_details: [{ type: 'reasoning.text', text: 'First, ', index: 0 }],
    });
    expect(list[0].provider).toBe('Sandbox');
    const generation = await post('openrouter', text);
    expect(generation.headers.get('x-generation-id')).toBe(((await generation.json()) as { id: string }).id);
  });

  it('Groq sends whole calls with the index last and the usage twice, unasked', async () => {
    const list = await chunks('groq', call);
    expect(Object.keys(callsOf(list)[0])).toEqual(['id', 'type', 'function', 'index']);
    expect(list.at(-1)).toMatchObject({
      choices: [{ finish_reason: 'tool_calls' }],
      x_groq: { usage: list.at(-1).usage },
      usage: { prompt_tokens: expect.any(Number) },
    });
    expect(deltasOf(list).some(({ reasoning }) => reasoning)).toBe(true);
  });

  it('Together finishes with eos, Fireworks sends a role of null', async () => {
    expect(reasonsOf(await chunks('together', text)).at(-1)).toBe('eos');
    expect((await whole('together', text)).choices[0].finish_reason).toBe('eos');
    expect(deltasOf(await chunks('fireworks', text)).map(({ role }) => role)).toEqual(
      expect.arrayContaining(['assistant', null]),
    );
  });

  it('DeepSeek has blank lines before a body and the usage of a cache in the last chunk', async () => {
    expect(await bytes('deepseek', text)).toMatch(/^\n+\{/);
    const list = await chunks('deepseek', text);
    expect(list[0]).toMatchObject({
      choices: [{ delta: { role: 'assistant', content: null, reasoning_content: '' } }],
      usage: null,
    });
    expect(list.at(-1)).toMatchObject({
      usage: { prompt_cache_hit_tokens: 0 },
      choices: [{ finish_reason: 'stop' }],
    });
  });

  it('Mistral sends calls, reason and usage in one chunk, without index and type', async () => {
    const list = await chunks('mistral', call);
    const { choices, usage } = list.at(-1);
    expect(choices[0]).toMatchObject({ delta: { content: null }, finish_reason: 'tool_calls' });
    expect(Object.keys(choices[0].delta.tool_calls[0])).toEqual(['id', 'function']);
    expect(choices[0].delta.tool_calls[0].id).toMatch(/^[A-Za-z0-9]{9}$/);
    expect(usage.total_tokens).toBeGreaterThan(0);
  });

  it('a Mistral model that thinks has parts for content', async () => {
    const contents = deltasOf(await chunks('magistral', text)).map(({ content }) => content);
    expect(contents[0]).toEqual([
      { type: 'thinking', thinking: [{ type: 'text', text: expect.any(String) }] },
    ]);
    expect(contents[1]).toEqual([{ type: 'text', text: '1' }]);
    expect(contents.at(-1)).toBe('');
    expect((await whole('magistral', text)).choices[0].message.content[1]).toEqual({
      type: 'text',
      text: '1, 2, 3',
    });
  });

  it('GLM at Mistral has no role anywhere, an index in the delta and empty names', async () => {
    const list = await chunks('mistral-glm', call);
    expect(JSON.stringify(list)).not.toContain('"role"');
    expect(deltasOf(list).every(({ index }) => index === 0)).toBe(true);
    expect(callsOf(list).at(-1).function.name).toBe('');
  });

  it('Gemini has no index, a signature on the first call, and stop for a reason', async () => {
    const list = await chunks('gemini', calls);
    const [first, second] = callsOf(list);
    expect(first).not.toHaveProperty('index');
    expect(first.extra_content.google.thought_signature).toEqual(expect.any(String));
    expect(second).not.toHaveProperty('extra_content');
    expect(reasonsOf(list).at(-1)).toBe('stop');
    expect((await whole('gemini', calls)).choices[0].finish_reason).toBe('tool_calls');
    expect((await chunks('gemini-early', text)).at(-1).choices[0]).toMatchObject({
      finish_reason: null,
      finishReason: 'STOP',
    });
  });

  it('Claude counts calls from 1', async () => {
    const list = callsOf(await chunks('anthropic', call));
    expect(list[0]).toMatchObject({
      index: 1,
      id: expect.stringMatching(/^toolu_/),
      function: { arguments: '' },
    });
    expect(new Set(list.map(({ index }) => index))).toEqual(new Set([1]));
  });

  it('xAI has no reason until the end, and a total that does not add up', async () => {
    const list = await chunks('xai', text);
    expect(list.slice(0, -2).every(({ choices }) => !('finish_reason' in choices[0]))).toBe(true);
    const { usage } = list.at(-1);
    expect(usage.total_tokens).toBeGreaterThan(usage.prompt_tokens + usage.completion_tokens);
    expect(usage.cost_in_usd_ticks).toBeGreaterThan(0);
  });

  it('Workers AI has no choice index, numbers for text, four ends and two [DONE]', async () => {
    const list = await chunks('cloudflare', text);
    expect(list.every(({ choices }) => !('index' in choices[0]))).toBe(true);
    expect(deltasOf(list).map(({ content }) => content)).toContain(1);
    expect(reasonsOf(list).slice(-5)).toEqual([null, 'stop', 'stop', 'stop', 'stop']);
    expect(await bytes('cloudflare', { ...text, stream: true })).toMatch(
      /data: \[DONE\]\n\ndata: \[DONE\]\n\n$/,
    );
    expect((await whole('cloudflare', call)).choices[0].finish_reason).toBe('stop');
    const left = deltasOf(await chunks('cloudflare-text-calls', call))
      .map(({ content }) => content ?? '')
      .join('');
    expect(JSON.parse(left)).toEqual([{ name: 'get_weather', arguments: { city: 'Paris' } }]);
  });

  it('Bedrock has no created, and reasoning in the content', async () => {
    const list = await chunks('bedrock', text);
    expect(list.every((chunk) => !('created' in chunk))).toBe(true);
    const said = deltasOf(list)
      .map(({ content }) => content ?? '')
      .join('');
    expect(said).toMatch(/^<reasoning>.*<\/reasoning>1, 2, 3$/);
  });

  it('others differ in bytes alone', async () => {
    const stream = { ...text, stream: true };
    expect(await bytes('longcat', stream)).not.toContain('data: ');
    expect(await ending('longcat')).toMatch(/^event:error\ndata:\{"error":/);
    expect(await bytes('deepinfra', stream)).toMatch(
      /^: ping - \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00:00\n\n/,
    );
    expect(await bytes('huggingface', stream)).toMatch(/^event: ping\n\ndata: /);
    expect(await bytes('glm', stream)).toMatch(/^data: \{"id":"[^\n]*"object":"chat\.completion\.cdata: \{/m);
  });

  it('MiniMax sends arguments as objects and repeats its reasoning', async () => {
    const list = await chunks('minimax', call);
    expect(callsOf(list)[0].function.arguments).toEqual({ city: 'Paris' });
    expect((await whole('minimax', call)).choices[0].message.tool_calls[0].function.arguments).toEqual({
      city: 'Paris',
    });
    const said = deltasOf(list).flatMap(({ reasoning_content: part }) => part ?? []);
    expect(said.slice(0, 2)).toEqual(['First, ', 'First, what is ']);
  });

  it('Moonshot, Alibaba, Cerebras and OpenAI have one more each', async () => {
    const moonshot = await chunks('moonshot', text);
    expect(moonshot[0]).not.toHaveProperty('object');
    expect(moonshot.at(-1).choices[0].usage.total_tokens).toBeGreaterThan(0);
    const alibaba = callsOf(await chunks('alibaba', call));
    expect(alibaba.slice(1).every(({ id }) => id === '')).toBe(true);
    expect(alibaba.at(-1).function.arguments).toBe('');
    const cerebras = await chunks('cerebras', text);
    expect(cerebras[0].choices[0]).not.toHaveProperty('finish_reason');
    expect(cerebras.at(-1)).toHaveProperty('time_info');
    const [parallel] = callsOf(await chunks('openai-parallel', calls));
    expect(parallel.function.name).toBe('multi_tool_use.parallel');
    expect(JSON.parse(parallel.function.arguments).tool_uses).toEqual([
      { recipient_name: 'functions.get_weather', parameters: { city: 'Paris' } },
      { recipient_name: 'functions.get_weather', parameters: { city: 'Rome' } },
    ]);
  });
});

describe('an error as', () => {
  it('a body is what each server would send', async () => {
    const shapes: Record<string, unknown> = {
      none: { error: { message: expect.any(String), type: 'server_error', param: null, code: null } },
      azure: { error: expect.objectContaining({ code: '503' }) },
      vllm: expect.objectContaining({ object: 'error', code: 503, type: 'InternalServerError' }),
      'llama-cpp': { error: { code: 503, message: expect.any(String), type: 'server_error' } },
      'lm-studio': { error: { message: expect.any(String) }, message: expect.any(String) },
      'lm-studio-engine': { error: expect.stringMatching(/^Engine protocol predict stream .*\{"code":503/) },
      openrouter: expect.objectContaining({
        error: expect.objectContaining({ code: 503, metadata: expect.anything() }),
      }),
      groq: { error: expect.objectContaining({ failed_generation: expect.any(String), status_code: 503 }) },
      together: { error: expect.any(String), job_id: expect.any(String) },
      fireworks: { fault: { faultstring: expect.any(String), detail: { errorcode: 'server_error' } } },
      gemini: [{ error: { code: 503, message: expect.any(String), status: 'UNAVAILABLE' } }],
      cloudflare: {
        result: null,
        success: false,
        errors: [expect.objectContaining({ code: 7009 })],
        messages: [],
      },
    };
    for (const [quirk, shape] of Object.entries(shapes)) {
      const response = await post(quirk, text, { 'x-sandbox-fault': 'status=503' });
      expect(response.status, quirk).toBe(503);
      expect(await response.json(), quirk).toEqual(shape);
    }
    const bytes = await post('deepseek', text, { 'x-sandbox-fault': 'status=400' });
    expect(bytes.headers.get('content-type')).toBe('application/octet-stream');
  });

  it('a body is theirs too when the request itself was wrong', async () => {
    const response = await post('gemini', { messages: 'none' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject([{ error: { code: 400, status: 'INVALID_ARGUMENT' } }]);
    expect(await (await post('fireworks', { messages: [] })).json()).toEqual({ detail: expect.any(String) });
  });

  it('the end of a stream is what each server would send', async () => {
    expect(await ending('none')).toMatch(/^event: error\ndata: \{"error":\{"message"/);
    expect(await ending('ollama')).toMatch(/^data: \{.*"model":"".*"content":"".*\}\n\n$/);
    expect(await ending('vllm')).toMatch(/^data: \{"object":"error".*\}\n\ndata: \[DONE\]\n\n$/);
    expect(await ending('llama-cpp-old')).toMatch(/^error: \{"code":500,.*\}\n\ndata: \[DONE\]\n$/);
    expect(await ending('llama-cpp')).toMatch(/^data: \{"error":\{"code":500,.*\}\n\n$/);
    expect(await ending('lm-studio-engine')).toMatch(/^data: \{"error":"Engine protocol/);
    expect(await ending('openrouter')).toMatch(
      /^data: \{.*"finish_reason":"error".*"error":\{"code":500,.*\}\n\n$/,
    );
    expect(await ending('groq')).toMatch(/^event: error\ndata: \{"error":\{.*"failed_generation"/);
    expect(await ending('deepseek')).toContain('"finish_reason":"insufficient_system_resource"');
  });

  it('a good status is what OpenRouter makes of one that comes late', async () => {
    const response = await post('openrouter', text, inMidStream);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ error: { code: 500 } });
  });
});

describe('asking for a quirk', () => {
  it('that nobody has is a 400 that names the header and lists the names', async () => {
    const { status, body } = await app.ask('POST', '/v1/chat/completions', completionBody(text), {
      'x-sandbox-quirk': 'olama',
    });
    expect(status).toBe(400);
    expect(body.error.param).toBe('x-sandbox-quirk');
    for (const name of ['olama', ...quirkNames]) expect(body.error.message).toContain(name);
  });

  it('by a setting is asking for every request that does not say otherwise', async () => {
    const other = await testApp({
      fixtures,
      model: sandboxModel({ id: 'test-model' }),
      config: { quirk: 'together' },
    });
    const reason = async (headers: Record<string, string>): Promise<string> =>
      (await other.ask('POST', '/v1/chat/completions', completionBody(text), headers)).body.choices[0]
        .finish_reason;
    expect(await reason({})).toBe('eos');
    expect(await reason({ 'x-sandbox-quirk': 'none' })).toBe('stop');
    await other.close();
    await expect(testApp({ config: { quirk: 'olama' } })).rejects.toThrow(
      "must be the name of a quirk, not 'olama'. Did you mean 'ollama'?",
    );
  });

  it('of a model that is no sandbox is refused', async () => {
    const other = await testApp();
    const answer = await other.ask('POST', '/v1/chat/completions', completionBody(), {
      'x-sandbox-quirk': 'ollama',
    });
    expect([answer.status, answer.body.error.param]).toEqual([400, 'x-sandbox-quirk']);
    await other.close();
  });

  it('does not change what is stored', async () => {
    await bytes('ollama', { ...text, stream: true, store: true, metadata: { from: 'ollama' } });
    const { body } = await app.ask('GET', '/v1/chat/completions?metadata[from]=ollama');
    expect(body.data).toHaveLength(1);
    expect(body.data[0].id).toMatch(/^chatcmpl-[A-Za-z0-9]{29}$/);
    expect(body.data[0].choices[0].message).not.toHaveProperty('reasoning');
  });

  it('gives the usage to those who ask, on every wire, and to others where the server does', async () => {
    for (const quirk of quirkNames) {
      const asked = (
        await chunks(quirk === 'glm' ? 'none' : quirk, { ...text, stream_options: { include_usage: true } })
      ).filter(({ usage, choices }) => usage || choices[0]?.usage);
      expect(asked.length, quirk).toBeGreaterThan(0);
    }
    expect((await chunks('vllm', text)).filter((chunk) => 'usage' in chunk)).toEqual([]);
  });
});
