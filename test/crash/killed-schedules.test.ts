// Schedules of a server that is killed again and again at random moments: each turn starts one job, and every job ends.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Job, jobs, verifications } from '../harness/held-verification.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf, sendJson } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const rounds = Number(process.env['BERTH_SCHEDULE_KILLS'] ?? 8);
const patienceMs = 60_000;

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();

const scheduled = async (): Promise<Job[]> =>
  jsonOf<Job[]>(await admin.get(`${jobs}?kind=STORAGE_VERIFICATION&page_size=100`)).filter(
    ({ trigger }) => trigger === 'SCHEDULE',
  );

/** Nobody else has the database open: the server is dead. Returns what the schedule says. */
function inDatabase(statement: string): number {
  const db = new DatabaseSync(join(server.data, 'berth.db'));
  try {
    db.exec(statement);
    const row = db
      .prepare(`select next_at as at from schedule where vendor_type = 'STORAGE_VERIFICATION'`)
      .get();
    return Number(row?.['at']);
  } finally {
    db.close();
  }
}

test(`killed at ${rounds} random moments about a turn of a schedule: none comes twice, none is lost`, async (t) => {
  expectStatus(await sendJson(admin, 'PUT', `${verifications}/schedule`, { cron: '0 0 0 1 1 *' }), 200);
  const moments: string[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await server.kill();
    // The turn is in the past of the next start, which makes up for it once.
    inDatabase(`update schedule set next_at = ${round} where vendor_type = 'STORAGE_VERIFICATION'`);
    await server.restart();
    // About the first look of the workers, which starts the job, and what follows: begun, running, just ended.
    const ms = randomInt(1500);
    await delay(ms);
    await server.kill();
    const at = inDatabase('select 1');
    moments.push(`${ms} ms: ${at === round ? 'before' : 'behind'} its turn`);
    await server.restart();
    await waitUntil(
      `round ${round}: started, and ended`,
      async () => {
        const all = await scheduled();
        assert.ok(all.length <= round, `${all.length} jobs of ${round} turns; ${moments.at(-1)}`);
        return all.length === round && all.every(({ status }) => status === 'Success');
      },
      patienceMs,
    );
  }
  // What would come twice would come with the next looks.
  await delay(2500);
  const all = await scheduled();
  t.diagnostic(moments.join(', '));
  assert.equal(all.length, rounds);
  assert.ok(
    all.every(({ execution, run_count: count }) => execution === undefined && count >= 1 && count <= 2),
  );
  assert.ok(
    moments.some((each) => each.includes('behind')),
    'some were killed behind the turn',
  );
});
