import { tsImport } from 'tsx/esm/api';

/** A PostgreSQL server of the bench's own, as the tests of the server start it. Undefined where PostgreSQL is not installed. */
export async function postgres() {
  const { startPostgres } = await tsImport('../../packages/server/test/support/postgres.ts', import.meta.url);
  try {
    return await startPostgres();
  } catch (error) {
    if (!/is needed for this/.test(error.message)) throw error;
  }
}
