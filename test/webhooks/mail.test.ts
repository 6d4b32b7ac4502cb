// Targets of the type email: what arrives at a real SMTP server, and what is told of what does not.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { berth } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { MailReceiver } from '../harness/mail-receiver.ts';
import { ownCertificate } from '../harness/own-certificate.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { removeFolder, temporaryFolder } from '../harness/temporary-folder.ts';
import { waitUntil } from '../harness/wait-until.ts';

const folder = temporaryFolder();
const own = await ownCertificate(folder, 'localhost');
const account = { user: 'berth', password: 'Smtp-Secret-91' };
const keys = { key: readFileSync(own.key), cert: readFileSync(own.certificate) };
let smtp = await MailReceiver.start({ ...keys, ...account });
const { port } = smtp;
const server = await BerthServer.start({
  env: { BERTH_EXTERNAL_URL: 'https://registry.example', NODE_EXTRA_CA_CERTS: own.certificate },
});
after(async () => {
  await smtp[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  removeFolder(folder);
});
const admin = server.client();
const image = imageOf({ seed: 'mail', layers: [100] });

const configure = (settings: object): Promise<unknown> =>
  sendJson(admin, 'PUT', '/api/v2.0/configurations', settings).then((answer) => expectStatus(answer, 200));

const hooksOf = (project: string): string => `/api/v2.0/projects/${project}/webhook/policies`;

const make = (project: string, target: object) =>
  sendJson(admin, 'POST', hooksOf(project), {
    name: 'team',
    targets: [{ type: 'email', address: 'ops@example.com, dev@example.com', ...target }],
    event_types: ['PUSH_ARTIFACT'],
    enabled: true,
  });

interface Delivery {
  readonly id: number;
  readonly status: string;
  readonly attempts: number;
  readonly problem?: string;
  readonly request: { readonly body: string };
  readonly response?: { readonly status: number; readonly body: string };
}

async function deliveries(project: string, id: number): Promise<readonly Delivery[]> {
  return jsonOf<Delivery[]>(await admin.get(`/api/berth/v1/projects/${project}/webhooks/${id}/deliveries`));
}

const idIn = (location: unknown): number => Number(String(location).split('/').at(-1));

test('a webhook by mail is refused while there is no server, and takes nothing that a mail has not', async () => {
  await makeProject(admin, 'early');
  assert.match(expectRefusal(await make('early', {}), 400, 'BAD_REQUEST'), /set smtp_server and smtp_from/);
  for (const [setting, value] of [
    ['smtp_server', 'mail.example'],
    ['smtp_from', 'Berth <berth@example.com>'],
    ['smtp_recipients', 'a b'],
  ] as const) {
    const refused = await sendJson(admin, 'PUT', '/api/v2.0/configurations', { [setting]: value });
    assert.match(expectRefusal(refused, 400, 'BAD_REQUEST'), new RegExp(`^${setting} must be`));
  }
  await configure({
    smtp_server: `localhost:${port}`,
    smtp_from: 'berth@example.com',
    smtp_username: account.user,
    smtp_password: account.password,
    smtp_recipients: 'example.com',
  });
  for (const [target, message] of [
    [{ address: 'ops@example.com\r\nBcc: eve@example.com' }, /no mail address/],
    [{ address: '' }, /1 to 20 addresses/],
    [{ address: 'eve@elsewhere.example' }, /may not receive mail/],
    [{ secret: 'x' }, /no auth_header, secret/],
    [{ payload_format: 'CloudEvents' }, /no payload_format/],
  ] as const)
    assert.match(expectRefusal(await make('early', target), 400, 'BAD_REQUEST'), message);
});

test('the password of the mail server is encrypted where it is kept, and shown nowhere', async () => {
  const shown = (await admin.get('/api/v2.0/configurations')).body.toString();
  assert.ok(shown.includes('smtp_username') && !shown.includes('smtp_password'));
  const db = new DatabaseSync(join(server.data, 'berth.db'), { timeout: 10_000 });
  const all = JSON.stringify([
    db.prepare('select value from setting').all(),
    db.prepare('select data from event').all(),
  ]);
  db.close();
  assert.ok(all.includes(`localhost:${port}`) && !all.includes(account.password));
});

test('a push arrives as mail at all recipients; a test and a redelivery likewise', async () => {
  await makeProject(admin, 'pay');
  const made = await make('pay', {});
  expectStatus(made, 201);
  const id = idIn(made.headers.location);
  await admin.pushImage('pay/app', 'v1', image);
  const [mail] = await smtp.until(1);
  assert.deepEqual([mail?.to, mail?.user], [['ops@example.com', 'dev@example.com'], account.user]);
  assert.match(mail?.text ?? '', /^Subject: =\?UTF-8\?/m);
  const [delivery] = await waitUntil('it is noted', async () => {
    const all = await deliveries('pay', id);
    return all[0]?.status === 'Success' && all;
  });
  assert.equal(delivery?.response?.status, 250);
  const { subject, text } = JSON.parse(delivery?.request.body ?? '') as { subject: string; text: string };
  assert.equal(subject, '[Berth] pay/app:v1: artifact pushed · 推送了制品');
  assert.match(text, /^resource 制品: registry\.example\/pay\/app:v1$/m);
  const own = `/api/berth/v1/projects/pay/webhooks/${id}`;
  const { status } = await admin.call('POST', `${own}/deliveries/${delivery?.id}/redeliver`);
  assert.ok(status < 300);
  assert.ok((await admin.call('POST', `${own}/test`)).status < 300);
  await smtp.until(3);
});

test('a refused account, and a server that is away, are told without a secret; what waited arrives later', async () => {
  await makeProject(admin, 'later');
  const made = await make('later', { address: 'late@example.com' });
  expectStatus(made, 201);
  const id = idIn(made.headers.location);
  const first = (what: string, holds: (delivery: Delivery) => boolean): Promise<Delivery> =>
    waitUntil(
      what,
      async () => {
        const [delivery] = await deliveries('later', id);
        return delivery !== undefined && holds(delivery) && delivery;
      },
      60_000,
    );
  await configure({ smtp_password: 'Not-That-One-55' });
  await admin.pushImage('later/app', 'v1', image);
  const refused = await first('the account is refused', ({ attempts }) => attempts === 1);
  assert.match(refused.problem ?? '', /^the mail server refuses the account of smtp_username: 535 /);
  assert.ok(!JSON.stringify(refused).includes('Not-That-One-55'));
  await smtp[Symbol.asyncDispose]();
  const args = ['config', 'set', 'smtp_password', '-', '--data', server.data];
  const { code, stderr } = await berth(args, { input: `${account.password}\n` });
  assert.equal(code, 0, stderr);
  const away = await first('the server is away', ({ attempts }) => attempts === 2);
  assert.deepEqual([away.status, away.problem], ['Scheduled', 'the mail server cannot be reached']);
  smtp = await MailReceiver.start({ ...keys, ...account, port });
  const [mail] = await smtp.until(1);
  assert.deepEqual(mail?.to, ['late@example.com']);
  assert.equal((await first('it is noted', ({ status }) => status === 'Success')).attempts, 3);
});
