// What is on the primary alone is not acknowledged: not when PostgreSQL only warns that it gave up waiting for the
// standby, and not when the client comes again and it is all there already.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manifestPath } from '../../crash/ledger.ts';
import { indexOf } from '../../harness/image.ts';
import { expectError, expectStatus } from '../../harness/registry-client.ts';
import { BerthServer } from '../../harness/start-server.ts';
import { waitUntil } from '../../harness/wait-until.ts';
import { PostgresServer } from '../postgres-server.ts';
import { secretKey } from '../two-servers.ts';

const limitMs = 60_000;
const waiting = `from pg_stat_activity where wait_event = 'SyncRep'`;

test('a commit that no standby has is not acknowledged, and neither is what rests on it', async () => {
  await using one = await PostgresServer.begin();
  await using two = await PostgresServer.follow(one);
  await one.requireStandby();
  await using server = await BerthServer.start({
    limitMs,
    env: {
      BERTH_DATABASE_URL: `postgres://postgres@127.0.0.1:${one.port},127.0.0.1:${two.port}/postgres`,
      BERTH_SECRET_KEY: secretKey,
    },
  });
  const client = server.client();
  const manifest = indexOf([], false, { annotations: { where: 'on the primary alone' } });
  const path = manifestPath('library/alone', manifest.digest);
  await client.pushManifest('library/alone', 'other', indexOf([], false));
  await two.stop();

  let answered = false;
  const first = client.putManifest('library/alone', manifest.digest, manifest).finally(() => {
    answered = true;
  });
  await waitUntil(
    'the push is given up',
    async () => {
      await one.query(`select pg_cancel_backend(pid) ${waiting}`);
      return answered;
    },
    limitMs,
  );
  const refused = await first;
  expectError(refused, 503, 'UNAVAILABLE');
  assert.match(String(refused.headers['retry-after']), /^\d+$/);
  const line = await server.logged((each) => JSON.stringify(each).includes('in doubt whether the standbys'));
  assert.match(JSON.stringify(line), /synchronous replication/);

  // The primary shows it, since it has committed it.
  expectStatus(await client.get(path), 200);
  let acknowledged = false;
  const second = client.putManifest('library/alone', manifest.digest, manifest).finally(() => {
    acknowledged = true;
  });
  await waitUntil(
    'the second push waits for the standby',
    async () => {
      assert.ok(!acknowledged, 'it was acknowledged without the standby');
      return (await one.query(`select ${waiting}`)).length > 0;
    },
    limitMs,
  );
  await two.start();
  expectStatus(await second, 201);

  await one.stop();
  await two.promote();
  await waitUntil(
    'the standby serves',
    async () => {
      const answer = await client.get(path);
      if (answer.status === 503) return false;
      expectStatus(answer, 200);
      return true;
    },
    limitMs,
  );
});
