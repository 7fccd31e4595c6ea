import { documents } from '../lib/documents.mjs';

export default {
  title: 'Structured output',
  about:
    'The content arrives in deltas of 4 characters. On every delta, a listener reads `parsed` and its last item (_read only_: just `parsed`). Zod parses the final response.',
  ...documents({ task: 'structured', kind: 'json', peers: ['ai', 'xsai'] }),
};
