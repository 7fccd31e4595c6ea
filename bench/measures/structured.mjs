import { documents } from '../lib/documents.mjs';

export default {
  title: '3. Structured output',
  about:
    'A listener reads `parsed` on every delta of 4 characters, and looks into it, unless it says _read alone_; the answer is parsed by zod.',
  ...documents({ task: 'structured', kind: 'json', peers: ['ai', 'xsai'] }),
};
