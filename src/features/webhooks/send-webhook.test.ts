import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MasterKey } from '../../platform/crypto/master-key.ts';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import type { Delivery } from '../../platform/deliveries/delivery-reads.ts';
import { systemActor } from '../../platform/events/append.ts';
import { sendWebhook } from './send-webhook.ts';
import { createWebhook, updateWebhook } from './update-webhook.ts';
import { askedKey, queueOf } from './webhook.ts';
import { findWebhook } from './webhook-store.ts';

const masterKey = MasterKey.parse(MasterKey.generate()) as MasterKey;
const place = { projectId: null, projectName: '', projectPattern: '**', actor: systemActor, creator: '' };

for (const dialect of dialects) {
  test(`of a webhook that is off only what somebody asks for is sent, whenever it was made (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const sent: string[] = [];
    const client = {
      requirePlausible: (): void => undefined,
      send: ({ url }: { readonly url: string }) => {
        sent.push(url);
        return Promise.resolve({ status: 200, headers: {}, body: Buffer.alloc(0) });
      },
    };
    const mail = { server: () => undefined, recipients: () => '' };
    const editing = { db, masterKey, client, mail, externalUrl: undefined };
    const given = {
      name: 'ci',
      targets: [{ type: 'http', address: 'https://hooks.example/in' }],
      event_types: ['PUSH_ARTIFACT'],
    };
    const id = await createWebhook(editing, place, { ...given, enabled: true });
    const key = (await findWebhook(db.reader, id))?.targets[0]?.key ?? '';
    const send = (orderKey: string) => {
      const delivery = {
        id: 1,
        webhookId: id,
        queue: queueOf(id, { key }),
        orderKey,
        form: 'http',
        body: '{}',
        contentType: 'x',
      };
      return sendWebhook({ db, masterKey, client, mail, version: '1' }, delivery as unknown as Delivery);
    };
    assert.equal((await send('pay/app')).kind, 'delivered');
    await updateWebhook(editing, place, { id, given: { ...given, enabled: false } });
    const refused = await send('pay/app');
    assert.ok(refused.kind === 'failed' && !refused.again);
    assert.equal(refused.problem, 'the webhook was switched off');
    assert.equal((await send(askedKey(7))).kind, 'delivered');
    assert.equal(sent.length, 2);
  });
}
