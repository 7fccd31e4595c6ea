import assert from 'node:assert/strict';
import { Portkey } from 'portkey-ai';
import { askTwice, baseURL, embed } from '../support.mjs';

const portkey = new Portkey({ apiKey: 'any', virtualKey: 'any', baseURL });

await askTwice(portkey);
await embed(portkey);
const models = await portkey.models.list();
assert.equal(models.data[0].id, 'sandbox');
