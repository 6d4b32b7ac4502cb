import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plantSetting } from '../harness/plant-setting.ts';
import { type Answer, expectStatus } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const words = 'The system is in read only mode. Any modification is prohibited.';

test('in read-only mode nothing is changed by either API, and reading and signing in go on', async () => {
  await using server = await BerthServer.start();
  const before = server.client();
  await makeProject(before, 'kept');
  const bytes = Buffer.from('{"kept":true}');
  const digest = await before.pushBlob('kept/app', bytes);
  const upload = await before.startUpload('kept/app');
  await server.stop();
  plantSetting(server.data, 'read_only', true);
  await server.restart();
  const client = server.client();

  const refused: readonly [string, string][] = [
    ['POST', projects],
    ['PUT', `${projects}/kept`],
    ['DELETE', `${projects}/kept`],
    ['PATCH', `${projects}/kept`],
  ];
  for (const [method, path] of refused)
    assert.equal(expectRefusal(await client.call(method, path), 403, 'DENIED'), words);
  const pushes: readonly [string, string][] = [
    ['POST', '/v2/kept/app/blobs/uploads/'],
    ['PATCH', upload],
    ['PUT', `${upload}?digest=${digest}`],
    ['PUT', '/v2/kept/app/manifests/v1'],
    ['DELETE', `/v2/kept/app/blobs/${digest}`],
  ];
  for (const [method, path] of pushes) {
    const answer: Answer = await client.call(method, path, { body: 'x' });
    const { errors } = jsonOf<{ errors: { code: string; message: string }[] }>(answer, 403);
    assert.deepEqual([errors[0]?.code, errors[0]?.message], ['DENIED', words]);
  }

  expectStatus(await client.get(`${projects}/kept`), 200);
  expectStatus(await client.head(`/v2/kept/app/blobs/${digest}`), 200);
  assert.deepEqual((await client.get(`/v2/kept/app/blobs/${digest}`)).body, bytes);
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const login = await client.call('POST', '/c/login', {
    headers: form,
    body: new URLSearchParams({ principal: 'admin', password }).toString(),
  });
  expectStatus(login, 200);
  assert.equal(jsonOf<{ read_only: boolean }>(await client.get('/api/v2.0/systeminfo')).read_only, true);

  await server.stop();
  plantSetting(server.data, 'read_only', false);
  await server.restart();
  expectStatus(await sendJson(server.client(), 'POST', projects, { project_name: 'later' }), 201);
});
