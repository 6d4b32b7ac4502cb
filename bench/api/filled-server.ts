import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cpuSeconds } from '../load/processes.ts';
import { administrator, startBerth } from '../servers/berth.ts';
import { startPostgres } from '../servers/postgres.ts';
import type { Target } from '../servers/target.ts';
import { sizesOf } from './control-plane-rows.ts';
import { type Filled, openPostgres, openSqlite } from './fill-database.ts';

/** Who is in 40 groups with 300 grants by pattern in 150 projects. */
export const account = { username: 'caller', password: 'Correct-Horse-7' };

/** Without work to speak of, in a row. */
const quietSeconds = 5;
const mostIdleMs = 30 * 60_000;

export interface FilledServer {
  readonly target: Target;
  readonly db: Filled;
  readonly stop: () => Promise<void>;
}

/** A server with one part of the rows of a large registry, at rest. */
export async function startFilled(engine: string, home: string, part: number): Promise<FilledServer> {
  mkdirSync(home);
  const postgres = engine === 'postgres' ? await startPostgres(join(home, 'postgres')) : undefined;
  const shared =
    postgres === undefined ? undefined : { database: postgres.url, storage: join(home, 'storage') };
  const empty = await startBerth(engine, 'dist', home, { shared });
  const callerId = await addCaller(empty);
  await empty.stop();
  const db = postgres === undefined ? openSqlite(home) : await openPostgres(postgres.url);
  const begin = performance.now();
  await db.fill(sizesOf(part), callerId);
  console.error(`${engine}: filled in ${Math.round((performance.now() - begin) / 1000)} s`);
  const target = await startBerth(engine, 'dist', home, { shared });
  await untilIdle([...target.pids, ...(postgres === undefined ? [] : [postgres.pid])]);
  return {
    target,
    db,

    stop: async () => {
      await db.close();
      await target.stop();
      await postgres?.stop();
    },
  };
}

async function addCaller(target: Target): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${target.ports[0]}/api/v2.0/users`, {
    method: 'POST',
    headers: { authorization: administrator, 'content-type': 'application/json' },
    body: JSON.stringify({ ...account, email: 'caller@example.com', realname: 'caller', comment: '' }),
  });
  if (answer.status !== 201) throw new Error(`no account: ${answer.status} ${await answer.text()}`);
  return Number(answer.headers.get('location')?.split('/').at(-1));
}

/**
 * What came in as rows is worked through by jobs at first, as it is in no registry that grew by and by: ten million events
 * get their seals. Waits until that is over.
 */
async function untilIdle(pids: readonly number[]): Promise<void> {
  const cpu = (): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const begin = performance.now();
  for (let quiet = 0; quiet < quietSeconds; ) {
    const before = cpu();
    await delay(1000);
    quiet = cpu() - before < 0.1 ? quiet + 1 : 0;
    if (performance.now() - begin > mostIdleMs) throw new Error('the server does not come to rest');
  }
  console.error(`at rest after ${Math.round((performance.now() - begin) / 1000)} s`);
}
