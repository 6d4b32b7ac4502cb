// What lists of webhooks tell of how the last delivery went, of a started server.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { WebhookReceiver } from '../harness/webhook-receiver.ts';

const receiver = await WebhookReceiver.start();
const server = await BerthServer.start({ env: { BERTH_OUTGOING_ADDRESSES: '127.0.0.1' } });
after(async () => {
  await receiver[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});
const admin = server.client();
receiver.answer = (response, { path }) => {
  if (path === '/bad') response.statusCode = 500;
  if (path === '/gone') response.statusCode = 410;
  response.end();
};

interface Listed {
  readonly id: number;
  readonly last_delivery?: { readonly id: number; readonly status: string };
}

const places = [
  { policies: '/api/v2.0/projects/told/webhook/policies', own: '/api/berth/v1/projects/told/webhooks' },
  { policies: '/api/berth/v1/webhooks', own: '/api/berth/v1/webhooks' },
] as const;
await makeProject(admin, 'told');

for (const { policies, own } of places)
  test(`${policies} tells how the last delivery went, of several targets one that failed`, async () => {
    const hook = (name: string, paths: readonly string[]) => ({
      name,
      targets: paths.map((path) => ({ type: 'http', address: receiver.at(path) })),
      event_types: ['PUSH_ARTIFACT'],
      enabled: true,
    });
    const made = async (name: string, paths: readonly string[]): Promise<number> => {
      const answer = await sendJson(admin, 'POST', policies, hook(name, paths));
      expectStatus(answer, 201);
      return Number(String(answer.headers.location).split('/').at(-1));
    };
    const listed = async (id: number): Promise<Listed | undefined> =>
      jsonOf<Listed[]>(await admin.get(policies)).find((each) => each.id === id);
    const last = async (id: number): Promise<Listed['last_delivery']> => (await listed(id))?.last_delivery;
    const tried = async (id: number): Promise<readonly number[]> => {
      const answer = await sendJson(admin, 'POST', `${own}/${id}/test`, {});
      expectStatus(answer, 202);
      const { deliveries } = JSON.parse(answer.body.toString()) as { deliveries: number[] };
      await waitUntil('all were tried', async () => {
        const rows = jsonOf<{ id: number; attempts: number }[]>(await admin.get(`${own}/${id}/deliveries`));
        return rows.filter((row) => deliveries.includes(row.id)).every(({ attempts }) => attempts > 0);
      });
      return deliveries;
    };
    const mixed = await made('mixed', ['/bad', '/good']);
    const good = await made('good', ['/good']);
    const quiet = await made('quiet', ['/gone']);
    const [bad] = await tried(mixed);
    const [taken] = await tried(good);
    assert.deepEqual(await last(mixed), { id: bad, status: 'Scheduled' });
    assert.deepEqual(await last(good), { id: taken, status: 'Success' });
    assert.equal(await last(quiet), undefined);
    const [gone] = await tried(quiet);
    assert.deepEqual(await last(quiet), { id: gone, status: 'Error' });
    // Whoever sends back what was listed changes nothing.
    expectStatus(await sendJson(admin, 'PUT', `${policies}/${quiet}`, (await listed(quiet)) ?? {}), 200);
    assert.deepEqual(await last(quiet), { id: gone, status: 'Error' });
    // What failed at a target that is there no more is of nobody's interest.
    expectStatus(await sendJson(admin, 'PUT', `${policies}/${mixed}`, hook('mixed', ['/good'])), 200);
    assert.equal((await last(mixed))?.status, 'Success');
  });
