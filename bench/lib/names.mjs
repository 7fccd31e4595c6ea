/** Every measure, in the order of the tables. */
export const measures = [
  'stream',
  'helper',
  'structured',
  'arguments',
  'request',
  'tools',
  'import',
  'cold',
  'size',
  'types',
  'many',
  'memory',
  'gateway',
  'server',
];
