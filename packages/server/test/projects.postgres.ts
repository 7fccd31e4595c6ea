import { afterAll, beforeAll } from 'vitest';
import { describeProjects } from './projects.contract.ts';
import { startPostgres, type PostgresServer } from './support/postgres.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ fsync: false });
});
afterAll(() => server.close());

describeProjects('projects in PostgreSQL', () => server.createDatabase());
