/**
 * Opens a database of PostgreSQL and brings its tables up to date. While the database cannot be reached, every query fails
 * with a 503; it recovers by itself when the database is back.
 */
import { PostgresAdapter, PostgresDialect, sql, type PostgresPool, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { ApiError } from '../http/errors.ts';
import { Database, postgres } from './dialect.ts';
import { unusable } from './errors.ts';
import { migrate } from './migrate.ts';
import { shownName } from './names.ts';

/** Connections that one server opens at most. */
const maxConnections = 10;
/** How long a request waits for a connection, in milliseconds. */
const connectTimeoutMs = 5_000;
/** How long a query may take before its connection counts as lost, in milliseconds. */
const queryTimeoutMs = 30_000;

/** Two arbitrary numbers: the advisory lock under which tables are brought up to date. */
const migrationLock = sql`select pg_advisory_xact_lock(7659, 20261129)`;

/**
 * The database at `url`, such as `postgres://user:password@host:5432/name`. Rejects with a `DatabaseError` when it cannot be
 * reached, was written by a newer version of this package, or has tables of another program.
 */
export async function openPostgres(url: string): Promise<Database> {
  try {
    await bringUpToDate(url);
  } catch (error) {
    throw unusable(shownName(url), error instanceof ApiError ? error.cause : error);
  }
  return connect(url, { max: maxConnections, query_timeout: queryTimeoutMs });
}

/** Servers that start at the same time do this one after the other. */
async function bringUpToDate(url: string): Promise<void> {
  const db = connect(url, { max: 1 });
  try {
    await db.connection().execute(async (connection) => {
      // Not by `transaction()`: the migrator refuses to work in one. Without a commit, nothing of it stays.
      await sql`begin`.execute(connection);
      await migrationLock.execute(connection);
      await migrate(connection, postgres);
      await sql`commit`.execute(connection);
    });
  } finally {
    await db.destroy();
  }
}

function connect(url: string, options: pg.PoolConfig): Database {
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    application_name: 'colloquy-server',
    types: { getTypeParser },
    ...options,
  });
  // Without listeners, a connection that breaks between two queries ends the process: in the pool, or in a transaction. The
  // next query on it fails, if there is one.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return new Database({ dialect: new UnlockedDialect({ pool: watched(pool) }) }, postgres);
}

/**
 * Keeps the planner from collecting all rows of a term and sorting them, and from reading the whole table, which it prefers when it
 * believes that the rows are few. Its statistics know only the most common terms, and the first rows in the order of the index
 * are all that is wanted.
 */
const readInOrder = 'set enable_bitmapscan = off; set enable_seqscan = off';

/** The migrator's own lock lasts for a session, and cannot be released in a transaction that has failed. */
class UnlockedAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}

class UnlockedDialect extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    return new UnlockedAdapter();
  }
}

/** Columns of `bigint` as numbers: all of ours are exact as such. */
const getTypeParser: pg.CustomTypesConfig['getTypeParser'] = (oid, format) =>
  oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format);

/** `pool` with failures of the connection as 503s, and without the connections that had one. */
function watched(pool: pg.Pool): PostgresPool {
  const prepared = new WeakSet<pg.PoolClient>();
  return {
    async connect() {
      try {
        const client = await pool.connect();
        if (!prepared.has(client)) await prepare(client);
        prepared.add(client);
        return watchedClient(client);
      } catch (error) {
        throw outage(error);
      }
    },
    end: () => pool.end(),
  };
}

async function prepare(client: pg.PoolClient): Promise<void> {
  try {
    await client.query(readInOrder);
  } catch (error) {
    client.release(true);
    throw error;
  }
}

function watchedClient(client: pg.PoolClient): PostgresPoolClient {
  let isBroken = false;
  const query = async (text: string, values: readonly unknown[]): Promise<unknown> => {
    try {
      return await client.query(text, [...values]);
    } catch (error) {
      if (!isOutage(error)) throw error;
      isBroken = true;
      throw outage(error);
    }
  };
  return { query: query as PostgresPoolClient['query'], release: () => client.release(isBroken) };
}

/** Codes of the network and of PostgreSQL: connection failures, shutdown, no room for a connection, a standby, a deadlock. */
const outageCodes =
  /^(?:ECONN\w+|E(?:HOST|NET)(?:UNREACH|DOWN)|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|08\w{3}|57P0[123]|53300|25006|40P01|40001)$/;
/** What the driver says without a code. */
const outageMessages = /connection (?:terminated|error|timeout)|timeout exceeded|read timeout|not queryable/i;

function isOutage(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return outageCodes.test(code) || outageMessages.test(message);
}

function outage(cause: unknown): unknown {
  if (!isOutage(cause)) return cause;
  return new ApiError(503, 'The database cannot be reached at the moment. Please try again.', {
    code: 'database_unavailable',
    headers: { 'retry-after': '1' },
    cause,
  });
}
