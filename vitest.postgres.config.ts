import base from './vitest.config.ts';

// Tests that start a PostgreSQL server, which must be installed: `npm run check` runs them.
export default { ...base, test: { ...base.test, include: ['packages/*/test/**/*.postgres.ts'] } };
