import base from './vitest.config.ts';

// The page of the server in a browser, a step of `npm run check`. One file at a time, because one measures its tasks.
export default {
  ...base,
  test: {
    ...base.test,
    include: ['packages/server/test/page/*.browser.ts'],
    fileParallelism: false,
  },
};
