import { documents } from '../lib/documents.mjs';

export default {
  title: 'Tool arguments',
  about:
    'The arguments of a Zod tool arrive in deltas of 4 characters. On every delta, a listener reads `parsed_arguments` and its last item (_read only_: just `parsed_arguments`).',
  ...documents({ task: 'arguments', kind: 'arguments', peers: [] }),
};
