import * as braintrust from 'braintrust';
import OpenAI from 'openai';
import { askTwice, embed, startCollector } from '../support.mjs';

const project = { id: '00000000-0000-4000-8000-000000000001', name: 'test' };
const collector = await startCollector(({ path }) => {
  if (path === '/api/apikey/login')
    return { org_info: [{ id: project.id, name: 'test', api_url: collector.url, proxy_url: collector.url }] };
  return { project, org_id: project.id, logs3_payload_max_bytes: null };
});
const logger = braintrust.initLogger({ projectName: 'test', apiKey: 'any', appUrl: collector.url });
const openai = braintrust.wrapOpenAI(new OpenAI());

await askTwice(openai);
await embed(openai);

await logger.flush();
await collector.receives('Chat Completion', '2 + 2 = 4', '"Embedding"', '"completion_tokens"');
collector.close();
