// HTTPS by the server itself, as Node's own client sees it.

import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, renameSync } from 'node:fs';
import { Agent, type RequestOptions, request } from 'node:https';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { berth } from '../harness/berth-command.ts';
import { digestOf, seededBytes } from '../harness/image.ts';
import { type Answer, answerTo } from '../harness/registry-client.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { waitUntil } from '../harness/wait-until.ts';

const own = await BerthServer.start({ args: ['--tls', 'self', '--tls-names', 'registry.test'] });
after(() => own[Symbol.asyncDispose]());
const inTls = (name: string): string => join(own.data, 'tls', name);
const authority = readFileSync(inTls('ca.crt'), 'utf8');
const basic = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;

interface Asked {
  readonly body?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

function ask(
  server: BerthServer,
  path: string,
  { body, headers = {}, ...options }: Omit<RequestOptions, 'headers'> & Asked = {},
): Promise<Answer> {
  const started = request({
    host: '127.0.0.1',
    port: server.port,
    path,
    ca: authority,
    servername: 'registry.test',
    agent: false,
    ...options,
    headers: { Authorization: basic, ...headers },
  });
  const answered = answerTo(started);
  started.end(body);
  return answered;
}

test('with an authority of its own, an image goes up over HTTPS, and links are https', async () => {
  assert.equal(own.ready.address, `https://localhost:${own.port}`);
  const challenge = await ask(own, '/v2/', { headers: { Authorization: '', Host: 'registry.test' } });
  assert.equal(challenge.status, 401);
  assert.match(
    String(challenge.headers['www-authenticate']),
    /realm="https:\/\/registry\.test\/service\/token"/,
  );
  const bytes = seededBytes('tls', 5_000_000);
  const began = await ask(own, '/v2/library/tls/blobs/uploads/', { method: 'POST' });
  assert.equal(began.status, 202);
  const location = `${String(began.headers.location)}?digest=${digestOf(bytes)}`;
  assert.equal((await ask(own, location, { method: 'PUT', body: bytes })).status, 201);
  const pulled = await ask(own, `/v2/library/tls/blobs/${digestOf(bytes)}`);
  assert.ok(pulled.body.equals(bytes));
  assert.equal(pulled.headers['strict-transport-security'], undefined);
});

test("this machine's programs may go on in plain HTTP; a browser is sent on", async () => {
  const plain = own.client();
  assert.equal((await plain.get('/v2/')).status, 200);
  const browser = await plain.get('/api/v2.0/ping', { Accept: 'text/html', Host: 'registry.test' });
  assert.deepEqual([browser.status, browser.headers.location], [308, 'https://registry.test/api/v2.0/ping']);
});

test('its certificate is printed, and a script to trust it', async () => {
  const data = ['--data', own.data];
  assert.equal((await berth(['tls', 'ca', 'print', ...data])).stdout, authority);
  const script = await berth(['tls', 'trust', '--print', 'docker', '--host', 'registry.test:5000', ...data]);
  assert.match(script.stdout, /certs\.d\/registry\.test:5000\/ca\.crt/);
  assert.ok(script.stdout.includes(authority.trimEnd()));
  const hostile = await berth(['tls', 'trust', '--print', 'docker', '--host', "a'; rm -rf /", ...data]);
  assert.deepEqual([hostile.code, hostile.stdout], [2, '']);
  const none = await berth(['tls', 'ca', 'print', '--data', temporaryFolder()]);
  assert.equal(none.code, 6);
  assert.match(none.stderr, /first start with --tls self/);
});

test('the certificate outlives a restart', async () => {
  const before = readFileSync(inTls('server.crt'), 'utf8');
  await own.stop();
  await own.restart();
  assert.equal(readFileSync(inTls('server.crt'), 'utf8'), before);
  assert.equal((await ask(own, '/v2/')).status, 200);
});

test("by the names of Docker's registry: a pair in files, which is changed under load without a failed request", async () => {
  const folder = temporaryFolder();
  const [certificate, key] = [join(folder, 'domain.crt'), join(folder, 'domain.key')];
  const put = async (): Promise<void> => {
    // Made anew by the other server, whose authority stays.
    for (const [from, to] of [
      ['server.key', key],
      ['server.crt', certificate],
    ] as const) {
      copyFileSync(inTls(from), `${to}.new`);
      renameSync(`${to}.new`, to);
    }
  };
  await put();
  await using server = await BerthServer.start({
    args: ['--tls-hsts'],
    env: { REGISTRY_HTTP_TLS_CERTIFICATE: certificate, REGISTRY_HTTP_TLS_KEY: key },
  });
  const first = await ask(server, '/v2/');
  assert.equal(first.headers['strict-transport-security'], 'max-age=31536000');
  assert.equal(
    (await server.client().get('/v2/')).headers['strict-transport-security'],
    undefined,
    'plain HTTP must not say it',
  );
  let count = 0;
  let stop = false;
  const failures: unknown[] = [];
  const agents = [new Agent({ keepAlive: true }), new Agent({ keepAlive: false, maxCachedSessions: 0 })];
  const load = agents.map(async (agent) => {
    while (!stop) {
      try {
        assert.equal((await ask(server, '/v2/', { agent })).status, 200);
        count += 1;
      } catch (error) {
        failures.push(error);
      }
    }
  });
  await own.stop();
  renameSync(inTls('server.crt'), join(own.folder, 'old.crt'));
  await own.restart();
  await put();
  await server.logged(({ msg }) => msg === 'a new certificate is used for new connections');
  const seen = count;
  await waitUntil('requests after the change', () => count > seen + 50);
  stop = true;
  await Promise.all(load);
  for (const agent of agents) agent.destroy();
  assert.deepEqual(failures, []);
});
