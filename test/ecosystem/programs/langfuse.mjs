import { observeOpenAI } from '@langfuse/openai';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import OpenAI from 'openai';
import { askTwice, embed, startCollector } from '../support.mjs';

const collector = await startCollector();
const keys = { publicKey: 'pk', secretKey: 'sk', baseUrl: collector.url };
const processor = new LangfuseSpanProcessor(keys);
new NodeTracerProvider({ spanProcessors: [processor] }).register();
const openai = observeOpenAI(new OpenAI());

await askTwice(openai);
await embed(openai);

await processor.forceFlush();
await collector.receives('langfuse.observation.output', '2 + 2 = 4', 'langfuse.observation.usage_details');
collector.close();
