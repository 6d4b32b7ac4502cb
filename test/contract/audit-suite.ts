// Every operation that changes something leaves one row in the audit log when it is done, one when it is refused, and
// nothing that is secret in any. What an operation is tried with: audit-recipes.ts; one without a recipe fails here.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { imageOf, type Manifest } from '../harness/image.ts';
import { type Answer, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { type BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { device, events, type Made, planted, recipes, refused, special } from './audit-recipes.ts';
import { operationsOf, servedDocument } from './served-document.ts';

interface Row {
  readonly id: number;
  readonly event: string;
  readonly type: string;
  readonly result: string;
  readonly username: string;
  readonly address: string;
  readonly client: string;
  readonly request_id: string;
  readonly object: string;
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
}

/** @param storedEvents every row of the table of events, hidden ones too, as text */
export async function testAuditRows(server: BerthServer, storedEvents: () => Promise<string>): Promise<void> {
  await addUsers(server, ['stranger', 'person']);
  const admin = server.client();
  const stranger = server.client({ username: 'stranger', password });
  const changing = operationsOf(await servedDocument(server)).filter(
    ({ method }) => !['GET', 'HEAD'].includes(method),
  );

  async function rowsOf(query: string, client = admin): Promise<Row[]> {
    return jsonOf<{ items: Row[] }>(await client.get(`/api/berth/v1/audit?${query}`)).items;
  }

  let requests = 0;
  const deviceCodes: string[] = [];
  /** Operations that left one row. */
  const tried = { done: 0, refused: 0 };

  /** Sends it under an id of its own, and waits for its rows: refusals are written within a second. */
  async function rowsFor(
    send: (headers: Readonly<Record<string, string>>) => Promise<Answer>,
  ): Promise<{ readonly answer: Answer; readonly rows: Row[] }> {
    requests += 1;
    const id = `audited-${requests}`;
    const answer = await send({ 'X-Request-Id': id, 'User-Agent': 'auditor/1.0' });
    const rows = await waitUntil('the row of a request', async () => {
      const found = await rowsOf(`request_id=${id}`);
      return found.length > 0 && found;
    });
    return { answer, rows };
  }

  function ask(client: RegistryClient, method: string, { path, body }: Made) {
    return (headers: Readonly<Record<string, string>>): Promise<Answer> =>
      client.call(method, path, {
        headers: body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
  }

  test('every operation that changes something has an event and a recipe', () => {
    const ids = changing.map(({ operationId }) => operationId).toSorted();
    const ofNobody = ['beginDeviceLogin', 'takeDeviceToken'];
    assert.deepEqual([...Object.keys(events), ...ofNobody].toSorted(), ids);
    assert.deepEqual([...Object.keys(recipes), ...Object.keys(special)].toSorted(), ids);
  });

  for (const { operationId, method } of changing) {
    const recipe = recipes[operationId];
    if (recipe === undefined) continue;
    test(`${operationId}: what it did is one row, with who, from where and by which request`, async () => {
      const { answer, rows } = await rowsFor(ask(admin, method, await recipe(admin)));
      assert.ok(answer.status < 300, answer.body.toString());
      const [row] = rows;
      assert.equal(rows.length, 1, JSON.stringify(rows));
      assert.deepEqual(
        [row?.event, row?.result, row?.username, row?.address, row?.client],
        [events[operationId], 'done', 'admin', '127.0.0.1', 'auditor/1.0'],
      );
      tried.done += 1;
    });
  }

  // All of them first: refusals are written down together, each second. Of one person at most 60 a minute are told apart.
  const turnedAway = new Map<
    string,
    { readonly id: string; readonly status: number; readonly username: string }
  >();
  test('somebody who may not asks for every operation, and is refused', async () => {
    await addUsers(server, ['stranger-0', 'stranger-1', 'stranger-2']);
    // Refusals of one person that are of one event are one row: they are of different people.
    const next = new Map<string | undefined, number>();
    for (const [at, { operationId, method }] of changing.entries()) {
      const recipe = recipes[operationId];
      if (recipe === undefined) continue;
      const no = next.get(events[operationId]) ?? at;
      next.set(events[operationId], no + 1);
      const made = { ...(await recipe(admin)), ...refused[operationId] };
      const id = `refused-${operationId}`;
      const username = `stranger-${no % 3}`;
      const client = server.client({ username, password });
      const { status, body } = await ask(client, method, made)({ 'X-Request-Id': id });
      assert.ok(status >= 400 && status < 500, `${operationId}: ${status} ${body.toString()}`);
      turnedAway.set(operationId, { id, status, username });
    }
    const [last] = [...turnedAway.values()].slice(-1);
    await waitUntil('their rows', async () => (await rowsOf(`request_id=${last?.id}`)).length > 0);
  });

  for (const { operationId } of changing) {
    if (recipes[operationId] === undefined) continue;
    test(`${operationId}: that somebody was refused it is one row, with the reason`, async () => {
      const { id = '', status, username } = turnedAway.get(operationId) ?? {};
      const rows = await rowsOf(`request_id=${id}`);
      const [row] = rows;
      assert.equal(rows.length, 1, JSON.stringify(rows));
      assert.deepEqual(
        [row?.event, row?.result, row?.username, row?.after['status'], row?.after['count']],
        [events[operationId], 'refused', username, String(status), '1'],
      );
      tried.refused += 1;
    });
  }

  test('revokeCurrentPersonalToken, setCliSecret, renameAdmin: done or refused, they leave one row', async () => {
    const made = await sendJson(admin, 'POST', '/api/berth/v1/users/1/tokens', { name: 'ends' });
    const { token } = jsonOf<{ token: string }>(made, 201);
    const nobody = server.client(null);
    const revoked = await rowsFor((headers) =>
      nobody.call('DELETE', '/api/berth/v1/tokens/current', {
        headers: { ...headers, Authorization: `Bearer ${token}` },
      }),
    );
    assert.deepEqual(
      revoked.rows.map(({ event, result }) => [event, result]),
      [['token.revoked', 'done']],
    );
    const path = '/api/berth/v1/tokens/current';
    for (const [method, target, body] of [
      ['DELETE', path, undefined],
      ['PUT', '/api/v2.0/users/1/cli_secret', { secret: planted }],
      ['POST', '/api/internal/renameadmin', undefined],
    ] as const) {
      const { rows } = await rowsFor(ask(stranger, method, { path: target, body }));
      assert.deepEqual(
        rows.map(({ result, username }) => [result, username]),
        [['refused', 'stranger']],
        target,
      );
    }
  });

  test('a device that signs in leaves the row of who let it, and of the token that it is given', async () => {
    const nobody = server.client(null);
    const [turnedAway, letIn] = [await device(admin), await device(admin)];
    deviceCodes.push(turnedAway.device_code, letIn.device_code);
    const path = '/api/berth/v1/device';
    const take = ({ device_code }: typeof letIn) =>
      ask(nobody, 'POST', { path: `${path}/token`, body: { device_code } });
    const answer = ({ user_code: code }: typeof letIn, approve: boolean) =>
      rowsFor(ask(stranger, 'PUT', { path: `${path}/requests/${code}`, body: { approve } }));
    expectStatus(await take(turnedAway)({ 'X-Request-Id': 'pending' }), 400);
    const { rows } = await answer(turnedAway, false);
    assert.deepEqual(
      rows.map(({ event, username }) => [event, username]),
      [['device.denied', 'stranger']],
    );
    expectStatus(await take(turnedAway)({ 'X-Request-Id': 'denied' }), 400);
    for (const id of ['pending', 'denied']) assert.deepEqual(await rowsOf(`request_id=${id}`), []);
    await answer(letIn, true);
    const given = await rowsFor(take(letIn));
    expectStatus(given.answer, 200);
    assert.deepEqual(
      given.rows.map(({ event, username }) => [event, username]),
      [['token.created', 'stranger']],
    );
  });

  const types = { 'Content-Type': 'application/vnd.oci.image.manifest.v1+json' };
  const put =
    (client: RegistryClient, path: string, { bytes }: Manifest) =>
    (headers: object) =>
      client.call('PUT', path, { headers: { ...types, ...headers }, body: bytes });

  test('/v2: a push, a moved tag, a deletion, and the refusal of each, are one row', async () => {
    await makeProject(admin, 'pushed', { public: 'true' });
    const [first, second] = [imageOf({ seed: 'one' }), imageOf({ seed: 'two' })];
    for (const each of [first, second]) await admin.pushImage('pushed/app', 'other', each);
    const one = async (send: (headers: Readonly<Record<string, string>>) => Promise<Answer>) => {
      const { rows } = await rowsFor(send);
      assert.equal(rows.length, 1, JSON.stringify(rows));
      const [row] = rows;
      return [row?.type, row?.result, row?.username, row?.object];
    };
    const path = '/v2/pushed/app/manifests/v1';
    const object = `pushed/app@${first.manifest.digest}`;
    assert.deepEqual(await one(put(admin, path, first.manifest)), [
      'create_artifact',
      'done',
      'admin',
      object,
    ]);
    const moved = await rowsFor(put(admin, path, second.manifest));
    assert.deepEqual(
      moved.rows.map(({ before, after: now }) => [before['digest'], now['tag']]),
      [[first.manifest.digest, 'v1']],
    );
    const refusedPush = ['create_artifact', 'refused', 'stranger', 'pushed/app:v1'];
    assert.deepEqual(await one(put(stranger, path, first.manifest)), refusedPush);
    const upload = (headers: object) =>
      stranger.call('POST', '/v2/pushed/app/blobs/uploads/', { headers: { ...headers }, body: '' });
    assert.deepEqual(await one(upload), ['create_artifact', 'refused', 'stranger', 'pushed/app']);
    const remove = (client: RegistryClient, target: string) => (headers: Readonly<Record<string, string>>) =>
      client.call('DELETE', target, { headers });
    assert.deepEqual(await one(remove(stranger, path)), [
      'delete_tag',
      'refused',
      'stranger',
      'pushed/app:v1',
    ]);
    assert.deepEqual(await one(remove(admin, path)), ['delete_tag', 'done', 'admin', 'pushed/app:v1']);
    const digest = `/v2/pushed/app/manifests/${first.manifest.digest}`;
    assert.deepEqual(await one(remove(stranger, digest)), ['delete_artifact', 'refused', 'stranger', object]);
    assert.deepEqual(await one(remove(admin, digest)), ['delete_artifact', 'done', 'admin', object]);
  });

  test('/v2: a pull of what one may not know of is seen in the log of its project; where there is none, nowhere', async () => {
    await makeProject(admin, 'closed');
    await admin.pushImage('closed/app', 'v1', imageOf({ seed: 'closed' }));
    const pull = (method: string, name: string) => (headers: object) =>
      stranger.call(method, `/v2/${name}/manifests/v9`, { headers: { ...headers } });
    expectStatus(await pull('GET', 'nowhere/app')({ 'X-Request-Id': 'nowhere' }), 404);
    // containerd asks by HEAD only; what comes again within the minute is counted in the row.
    const { answer, rows } = await rowsFor(pull('HEAD', 'closed/app'));
    expectStatus(answer, 404);
    assert.deepEqual(
      rows.map(({ event, result, username, object }) => [event, result, username, object]),
      [['artifact.pulled', 'refused', 'stranger', 'closed/app:v9']],
    );
    for (let no = 0; no < 3; no += 1) expectStatus(await pull('GET', 'closed/app')({}), 404);
    const count = () => rowsOf('object=closed/app:v9');
    await waitUntil('all are counted', async () => {
      const counted = await count();
      return counted.reduce((sum, { after: { count: times } }) => sum + Number(times), 0) === 4;
    });
    assert.ok((await count()).length <= 2);
    assert.deepEqual(await rowsOf('request_id=nowhere'), []);
    const logs = jsonOf<{ resource: string }[]>(
      await admin.get('/api/v2.0/projects/closed/auditlog-exts?page_size=100'),
    );
    assert.ok(logs.some(({ resource }) => resource === 'closed/app:v9'));
    // What is not there for who may pull is no refusal.
    expectStatus(await admin.get('/v2/closed/app/manifests/v8', { 'X-Request-Id': 'missing' }), 404);
    assert.deepEqual(await rowsOf('request_id=missing'), []);
  });

  test('signing in, failing to, and signing out are one row; what is nobody’s name is not told', async () => {
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const nobody = server.client(null);
    const logIn = (principal: string, secret: string) => (headers: object) =>
      nobody.call('POST', '/c/login', {
        headers: { ...form, ...headers },
        body: new URLSearchParams({ principal, password: secret }).toString(),
      });
    const done = await rowsFor(logIn('person', password));
    const shown = ({ type, result, username }: Row) => [type, result, username];
    assert.deepEqual(done.rows.map(shown), [['login_user', 'done', 'person']]);
    const cookie = String((done.answer.headers['set-cookie'] ?? [])[0]).split(';')[0] ?? '';
    const out = await rowsFor((headers) => nobody.get('/c/log_out', { ...headers, Cookie: cookie }));
    assert.deepEqual(out.rows.map(shown), [['logout_user', 'done', 'person']]);
    const failed = await rowsFor(logIn('person', planted));
    assert.deepEqual(failed.rows.map(shown), [['login_user', 'refused', 'person']]);
    // People type passwords where names belong.
    for (const name of ['nobody-of-that-name', planted, 'x'.repeat(1000)]) {
      const { rows } = await rowsFor(logIn(name, planted));
      assert.match(String(rows.map(shown)), /^login_user,refused,unknown:[\w-]{12}$/);
    }
    const basic = await rowsFor((headers) =>
      server.client({ username: 'stranger', password: planted }).get('/v2/', headers),
    );
    assert.deepEqual(basic.rows.map(shown), [['login_user', 'refused', 'stranger']]);
    const harbors = jsonOf<{ operation_result: boolean; resource: string }[]>(
      await admin.get('/api/v2.0/auditlog-exts?q=operation%3Dlogin,op_result%3Dfalse,resource%3Dstranger'),
    );
    assert.deepEqual(
      harbors.map(({ operation_result }) => operation_result),
      [false],
    );
  });

  test('what repeats within a minute is one row with a count', async () => {
    await addUsers(server, ['again']);
    const again = server.client({ username: 'again', password });
    for (let no = 0; no < 5; no += 1) expectStatus(await again.delete('/api/v2.0/projects/library'), 403);
    await waitUntil('all of the refusals', async () => {
      const rows = await rowsOf('actor=again&result=refused');
      const counted = rows.reduce((sum, { after: now }) => sum + Number(now['count']), 0);
      // A minute may end meanwhile.
      assert.ok(rows.length <= 2);
      return counted === 5 ? true : undefined;
    });
  });

  test('nobody in particular leaves no rows, however often', async () => {
    const nobody = server.client(null);
    for (let no = 0; no < 5; no += 1)
      expectStatus(
        await nobody.call('DELETE', '/api/v2.0/projects/library', {
          headers: { 'X-Request-Id': `nobody-${no}` },
        }),
        401,
      );
    // Whatever was refused before this was written with it.
    await rowsFor(ask(stranger, 'DELETE', { path: '/api/v2.0/projects/library' }));
    for (let no = 0; no < 5; no += 1) assert.deepEqual(await rowsOf(`request_id=nobody-${no}`), []);
  });

  test('no row has anything of what was planted as a secret', async (t) => {
    const text = await storedEvents();
    assert.ok(text.length > 50_000);
    for (const secret of [planted, password, 'brt_', ...deviceCodes])
      assert.equal(text.includes(secret), false, secret);
    const rows = (JSON.parse(text) as unknown[]).length;
    assert.deepEqual(tried, { done: Object.keys(recipes).length, refused: Object.keys(recipes).length });
    t.diagnostic(
      `${changing.length} operations: ${tried.done} done, ${tried.refused} refused, each one row; ` +
        `${Object.keys(special).length} by tests of their own; no secret in ${rows} rows`,
    );
  });
}
