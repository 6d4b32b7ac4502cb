import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { testMasterKey } from '../../platform/crypto/test-master-key.testing.ts';
import type { Database } from '../../platform/db/database.ts';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import { findDelivery } from '../../platform/deliveries/delivery-reads.ts';
import { systemActor } from '../../platform/events/append.ts';
import type { GivenTarget } from './require-webhook.ts';
import { openSecrets } from './seal-secrets.ts';
import { sendWebhook } from './send-webhook.ts';
import { testWebhook } from './test-webhook.ts';
import { createWebhook, deleteWebhook, updateWebhook } from './update-webhook.ts';
import type { Webhook } from './webhook.ts';
import { findWebhook } from './webhook-store.ts';

const place = { projectId: null, projectName: '', projectPattern: '**', actor: systemActor, creator: '' };
const masterKey = testMasterKey();
const mail = { server: () => undefined, recipients: () => '' };

function sender(db: Database) {
  const sent: string[] = [];
  const client = {
    requirePlausible: (): void => undefined,
    send: ({ url }: { readonly url: string }) => {
      sent.push(url);
      return Promise.resolve({ status: 200, headers: {}, body: Buffer.alloc(0) });
    },
  };
  return { sent, deps: { db, masterKey, client, mail, externalUrl: undefined, version: '1' } };
}

const to = (name: string, more: GivenTarget = {}): GivenTarget => ({
  type: 'http',
  address: `https://${name}.example/`,
  ...more,
});
const hook = (targets: readonly GivenTarget[]) => ({
  name: 'ci',
  targets,
  event_types: ['PUSH_ARTIFACT'],
  enabled: true,
});
const find = async (db: Database, id: number): Promise<Webhook> => {
  const found = await findWebhook(db.reader, id);
  assert.ok(found !== undefined);
  return found;
};

for (const dialect of dialects) {
  test(`what waits goes to the target that it was made for, in whatever order a change puts them (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const { sent, deps } = sender(db);
    const id = await createWebhook(deps, place, hook([to('a'), to('b'), to('c'), to('d')]));
    const testing = { ...place, operator: 'admin' };
    const waiting = await testWebhook({ db, host: () => 'r.example' }, testing, id);
    // Two change places, the others get another address.
    const changed = [to('c'), to('e'), to('a'), to('moved')];
    await updateWebhook(deps, place, { id, given: hook(changed) });
    const problems: string[] = [];
    for (const each of waiting) {
      const delivery = await findDelivery(db.reader, each);
      assert.ok(delivery !== undefined);
      const outcome = await sendWebhook(deps, delivery);
      if (outcome.kind === 'failed') problems.push(outcome.problem);
    }
    assert.deepEqual(sent, [
      'https://a.example/',
      'https://e.example/',
      'https://c.example/',
      'https://moved.example/',
    ]);
    assert.deepEqual(problems, []);
    await updateWebhook(deps, place, { id, given: hook([to('c')]) });
    await updateWebhook(deps, place, { id, given: hook([to('c'), to('new')]) });
    const late = await findDelivery(db.reader, waiting[1] ?? 0);
    assert.ok(late !== undefined);
    const outcome = await sendWebhook(deps, late);
    assert.ok(outcome.kind === 'failed' && /no such target any more/.test(outcome.problem));
    const keys = (await find(db, id)).targets.map(({ key }) => key);
    assert.equal(new Set(keys).size, 2);
  });

  test(`a target is known by where it leads, however its address is written (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const { deps } = sender(db);
    const server = {
      security: 'plain',
      host: 'h',
      port: 25,
      username: '',
      password: '',
      from: 'a@b',
    } as const;
    const withMail = { ...deps, mail: { server: () => server, recipients: () => '' } };
    const people = { type: 'email', address: 'ops@one.example,dev@one.example' };
    const id = await createWebhook(withMail, place, hook([to('a', { secret: 'one' }), to('b'), people]));
    const before = await find(db, id);
    const given = [
      { type: 'email', address: ' ops@one.example , dev@one.example' },
      to('b', { address: 'https://b.example:443' }),
      to('a', { address: 'HTTPS://A.example' }),
    ];
    // Also while there is no mail: it stays as it is.
    await updateWebhook(deps, place, { id, given: hook(given) });
    const after = await find(db, id);
    assert.deepEqual(
      after.targets.map(({ key }) => key),
      before.targets.map(({ key }) => key).toReversed(),
    );
    assert.deepEqual(
      openSecrets(masterKey, after)?.map(({ secret }) => secret),
      ['', '', 'one'],
    );
  });

  test(`what was made for a target of one type goes to none of another (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const { sent, deps } = sender(db);
    const id = await createWebhook(deps, place, hook([to('a'), to('chat', { type: 'slack' })]));
    const waiting = await testWebhook({ db, host: () => 'r.example' }, { ...place, operator: 'admin' }, id);
    // As a server does that knows of no keys.
    const targets = (await find(db, id)).targets.map(({ key: _, ...target }) => target).toReversed();
    await db.transaction((tx) =>
      sql`update webhook set targets = ${JSON.stringify(targets)} where id = ${id}`.execute(tx.builder),
    );
    for (const each of waiting) {
      const delivery = await findDelivery(db.reader, each);
      assert.ok(delivery !== undefined);
      const outcome = await sendWebhook(deps, delivery);
      assert.ok(outcome.kind === 'failed' && !outcome.again);
      assert.match(outcome.problem, /is of another type by now/);
    }
    assert.deepEqual(sent, []);
  });

  test(`targets of one address stay two, each with its own secret (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const { deps } = sender(db);
    const id = await createWebhook(
      deps,
      place,
      hook([to('a', { secret: 'one' }), to('a', { type: 'slack', secret: 'two' })]),
    );
    const before = await find(db, id);
    await updateWebhook(deps, place, { id, given: hook([to('a', { type: 'slack' }), to('a')]) });
    const after = await find(db, id);
    assert.deepEqual(
      after.targets.map(({ key }) => key),
      before.targets.map(({ key }) => key).toReversed(),
    );
    assert.deepEqual(
      openSecrets(masterKey, after)?.map(({ secret }) => secret),
      ['two', 'one'],
    );
  });

  test(`a webhook whose mail is no more possible can be switched off, and gets no other recipient (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const { deps } = sender(db);
    const server = {
      security: 'plain',
      host: 'h',
      port: 25,
      username: '',
      password: '',
      from: 'a@b',
    } as const;
    const ops = { type: 'email', address: 'ops@one.example' };
    const before = { ...deps, mail: { server: () => server, recipients: () => '' } };
    const id = await createWebhook(before, place, hook([ops]));
    const other = { type: 'email', address: 'eve@one.example' };
    for (const now of [mail, { server: () => server, recipients: () => 'two.example' }]) {
      const after = { ...deps, mail: now };
      await assert.rejects(
        updateWebhook(after, place, { id, given: hook([other]) }),
        /there is no mail|may not receive/,
      );
      await updateWebhook(after, place, { id, given: { ...hook([ops]), enabled: false } });
    }
    assert.equal((await find(db, id)).enabled, false);
  });

  test(`of changes at the same time none undoes what it does not speak of (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const { deps } = sender(db);
    const id = await createWebhook(deps, place, hook([to('a', { secret: 'old' })]));
    for (let round = 0; round < 5; round += 1) {
      const secret = `secret-${round}`;
      await Promise.all([
        updateWebhook(deps, place, { id, given: hook([to('a')]) }),
        updateWebhook(deps, place, { id, given: hook([to('a', { secret })]) }),
        updateWebhook(deps, place, { id, given: hook([to('a')]) }),
      ]);
      assert.equal(openSecrets(masterKey, await find(db, id))?.[0]?.secret, secret);
    }
    const gone = await Promise.allSettled([1, 2].map(() => deleteWebhook(deps, place, id)));
    assert.deepEqual(gone.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  });
}
