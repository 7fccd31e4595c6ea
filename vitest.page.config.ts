import base from './vitest.config.ts';

// The page of the server in a browser: `node scripts/check.mjs "the page"` runs it. One file at a time, as each measures frames.
export default {
  ...base,
  test: { ...base.test, include: ['packages/server/test/page/*.browser.ts'], fileParallelism: false },
};
