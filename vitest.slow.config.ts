import base from './vitest.config.ts';

// Tests that take minutes or need the network: `npm run check:slow` runs them.
export default { ...base, test: { ...base.test, include: ['{test,packages/*/test}/**/*.slow.ts'] } };
