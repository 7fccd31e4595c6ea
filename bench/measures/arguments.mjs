import { documents } from '../lib/documents.mjs';

export default {
  title: '3. Tool arguments',
  about:
    'A listener reads `parsed_arguments` of a zod tool on every delta of 4 characters and the last item in it (_read alone_: only `parsed_arguments`).',
  ...documents({ task: 'arguments', kind: 'arguments', peers: [] }),
};
