import { documents } from '../lib/documents.mjs';

export default {
  title: '3. Structured output',
  about:
    'A listener reads `parsed` on every delta of 4 characters and the last item in it (_read alone_: only `parsed`). Zod parses the response.',
  ...documents({ task: 'structured', kind: 'json', peers: ['ai', 'xsai'] }),
};
