// Fills the database of a stopped server by its own SQL: a million pushes over HTTP would take an hour.

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { fillStatements, type Sizes } from './control-plane-rows.ts';

/** The tables of millions of rows: their indexes are made at the end, in one go each. */
const large = ['event', 'tag', 'artifact', 'blob'];
const serial = ['"grant"', 'tag', 'event'];

export interface Filled {
  /** The first column of the first row. */
  count(sql: string): Promise<number>;
  /** Adds the rows. */
  fill(sizes: Sizes, caller: number): Promise<void>;
  close(): Promise<void>;
}

export function openSqlite(folder: string): Filled {
  const db = new DatabaseSync(join(folder, 'data', 'berth.db'));
  const count = (sql: string): number => Number(Object.values(db.prepare(sql).get() ?? {})[0]);
  return {
    count: (sql) => Promise.resolve(count(sql)),
    fill(sizes, caller) {
      db.exec('pragma synchronous = off; pragma cache_size = -400000; pragma foreign_keys = off');
      const names = large.map((name) => `'${name}'`).join(', ');
      const indexes = db
        .prepare(
          `select name, sql from sqlite_master where type = 'index' and sql is not null and tbl_name in (${names})`,
        )
        .all() as { name: string; sql: string }[];
      for (const { name } of indexes) db.exec(`drop index ${name}`);
      for (const sql of fillStatements('sqlite', sizes, caller)) db.exec(sql);
      for (const { sql } of indexes) db.exec(sql);
      db.exec('analyze; pragma wal_checkpoint(truncate)');
      return Promise.resolve();
    },
    close() {
      db.close();
      return Promise.resolve();
    },
  };
}

export async function openPostgres(url: string): Promise<Filled> {
  const db = new pg.Client({ connectionString: url });
  await db.connect();
  return {
    async count(sql) {
      const { rows } = await db.query<Record<string, unknown>>(sql);
      return Number(Object.values(rows[0] ?? {})[0]);
    },
    async fill(sizes, caller) {
      // Foreign keys are not looked at row by row.
      await db.query(
        `set synchronous_commit = off; set session_replication_role = replica; set maintenance_work_mem = '256MB'`,
      );
      const { rows: indexes } = await db.query<{ name: string; sql: string }>(
        `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as sql from pg_index i
          where i.indrelid::regclass::text = any($1)
            and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid)`,
        [large],
      );
      for (const { name } of indexes) await db.query(`drop index ${name}`);
      for (const sql of fillStatements('postgres', sizes, caller)) await db.query(sql);
      for (const { sql } of indexes) await db.query(sql);
      for (const name of [
        '"user"',
        'user_group',
        'project',
        'robot',
        'repository',
        'blob',
        'artifact',
        ...serial,
      ])
        await db.query(
          `select setval(pg_get_serial_sequence('${name}', 'id'), (select max(id) from ${name}))`,
        );
      await db.query('vacuum analyze');
      await db.query('checkpoint');
    },
    close: () => db.end(),
  };
}
