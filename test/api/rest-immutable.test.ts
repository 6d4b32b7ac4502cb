// Tags that a rule keeps as they are: over Harbor's API, and what pushes and deletions make of them.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { imageOf } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['alice', 'eve']);
const alice = server.client({ username: 'alice', password });
const eve = server.client({ username: 'eve', password });

interface Rule {
  readonly id: number;
  readonly disabled?: boolean;
  readonly accept_same_digest?: boolean;
}

const rulesAt = (project: string): string => `/api/v2.0/projects/${project}/immutabletagrules`;
const ruleFor = (pattern: string, more: object = {}): object => ({
  action: 'immutable',
  template: 'immutable_template',
  tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern }],
  scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
  ...more,
});
const regex = { tag_selectors: [{ kind: 'regex', decoration: 'matches', pattern: 'r[0-9]+' }] };
const rulesOf = async (project: string, query = ''): Promise<Rule[]> =>
  jsonOf<Rule[]>(await alice.get(`${rulesAt(project)}${query}`));
const manifestAt = (repository: string, tag: string): string => `/v2/${repository}/manifests/${tag}`;
const first = imageOf({ seed: 'first', layers: [100] });
const second = imageOf({ seed: 'second', layers: [100] });
const put = (path: string, image: typeof first) =>
  alice.call('PUT', path, {
    headers: { 'content-type': 'application/vnd.oci.image.manifest.v1+json' },
    body: image.manifest.bytes,
  });

test('CreateImmuRule: always enabled, identical rule is 409, a bad pattern changes nothing', async () => {
  await makeProject(alice, 'rules');
  const made = await sendJson(alice, 'POST', rulesAt('rules'), ruleFor('v*', { disabled: true }));
  expectStatus(made, 201);
  const [rule, ...more] = await rulesOf('rules');
  assert.deepEqual([rule?.disabled ?? false, more.length], [false, 0]);
  expectRefusal(await sendJson(alice, 'POST', rulesAt('rules'), ruleFor('v*')), 409, 'CONFLICT');
  expectRefusal(await sendJson(alice, 'POST', rulesAt('rules'), ruleFor('[v')), 400, 'BAD_REQUEST');
  expectRefusal(await sendJson(eve, 'POST', rulesAt('rules'), ruleFor('w*')), 403, 'FORBIDDEN');
  assert.equal((await rulesOf('rules')).length, 1);
});

test('ListImmuRules: by id, two pages, a filter on disabled, a sort', async () => {
  await makeProject(alice, 'listed');
  for (const pattern of ['a', 'b', 'c']) await sendJson(alice, 'POST', rulesAt('listed'), ruleFor(pattern));
  const ids = (await rulesOf('listed')).map(({ id }) => id);
  assert.deepEqual(
    ids,
    ids.toSorted((a, b) => a - b),
  );
  assert.deepEqual(
    (await rulesOf('listed', '?page=2&page_size=2')).map(({ id }) => id),
    ids.slice(2),
  );
  assert.deepEqual(
    (await rulesOf('listed', '?sort=-id')).map(({ id }) => id),
    ids.toReversed(),
  );
  const one = `${rulesAt('listed')}/${ids[1]}`;
  expectStatus(await sendJson(alice, 'PUT', one, ruleFor('other', { id: ids[1], disabled: true })), 200);
  assert.deepEqual(
    (await rulesOf('listed', '?q=disabled=true')).map(({ id }) => id),
    [ids[1]],
  );
});

test('UpdateImmuRule: a toggle changes the rest of the rule too, ids must agree, another project’s rule is 404', async () => {
  await makeProject(alice, 'changed');
  await makeProject(alice, 'foreign');
  await sendJson(alice, 'POST', rulesAt('changed'), ruleFor('v*', { accept_same_digest: true }));
  const [before] = await rulesOf('changed');
  const id = before?.id ?? 0;
  const change = (project: string, body: object) => sendJson(alice, 'PUT', `${rulesAt(project)}/${id}`, body);
  expectRefusal(await change('changed', ruleFor('x', { id: id + 1 })), 400, 'BAD_REQUEST');
  expectRefusal(await change('foreign', ruleFor('x', { id })), 404, 'NOT_FOUND');
  expectStatus(await change('changed', ruleFor('x', { id, disabled: true })), 200);
  assert.deepEqual(await rulesOf('changed'), [{ ...before, ...ruleFor('x'), disabled: true }]);
});

test('DeleteImmuRule: the tag can be moved again; a rule of another project is 404', async () => {
  await makeProject(alice, 'freed');
  await alice.pushImage('freed/app', 'v1', first);
  await alice.pushImage('freed/app', 'other', second);
  await sendJson(alice, 'POST', rulesAt('freed'), ruleFor('v*'));
  const [rule] = await rulesOf('freed');
  expectStatus(await put(manifestAt('freed/app', 'v1'), second), 412);
  expectRefusal(await alice.call('DELETE', `${rulesAt('rules')}/${rule?.id}`), 404, 'NOT_FOUND');
  expectStatus(await alice.call('DELETE', `${rulesAt('freed')}/${rule?.id}`), 200);
  expectStatus(await put(manifestAt('freed/app', 'v1'), second), 201);
});

test('an immutable tag is neither pushed over, by tag or ?tag=, nor deleted in any way', async () => {
  await makeProject(alice, 'kept');
  await alice.pushImage('kept/app', 'v1', first);
  await alice.pushImage('kept/app', 'r7', first);
  await alice.pushImage('kept/app', 'other', second);
  await sendJson(alice, 'POST', rulesAt('kept'), ruleFor('v*'));
  await sendJson(alice, 'POST', rulesAt('kept'), ruleFor('', regex));
  const refused = await put(manifestAt('kept/app', 'v1'), second);
  expectStatus(refused, 412);
  assert.match(refused.body.toString(), /"PRECONDITION".*due to 'app:v1' configured as immutable/);
  expectStatus(await put(manifestAt('kept/app', 'v1'), first), 412);
  expectStatus(await put(manifestAt('kept/app', 'r7'), second), 412);
  const digest = second.manifest.digest;
  expectStatus(await put(`${manifestAt('kept/app', digest)}?tag=v1`, second), 412);
  expectStatus(await alice.call('DELETE', manifestAt('kept/app', 'v1')), 412);
  expectStatus(await alice.call('DELETE', manifestAt('kept/app', first.manifest.digest)), 412);
  const repository = '/api/v2.0/projects/kept/repositories/app';
  expectRefusal(await alice.call('DELETE', `${repository}/artifacts/v1`), 412, 'PRECONDITION');
  expectRefusal(await alice.call('DELETE', `${repository}/artifacts/v1/tags/v1`), 412, 'PRECONDITION');
  expectRefusal(await alice.call('DELETE', repository), 412, 'PRECONDITION');
  expectRefusal(await alice.call('DELETE', '/api/v2.0/projects/kept'), 412, 'PRECONDITION');
  expectStatus(await alice.get(manifestAt('kept/app', 'other')), 200);
  expectStatus(await put(manifestAt('kept/app', 'v2'), second), 201);
});

test('CopyArtifact: an immutable tag at the target is 412, and nothing is copied', async () => {
  await makeProject(alice, 'copied');
  await alice.pushImage('copied/from', 'v1', second);
  await alice.pushImage('copied/to', 'v1', first);
  await sendJson(alice, 'POST', rulesAt('copied'), ruleFor('v*'));
  const target = '/api/v2.0/projects/copied/repositories/to/artifacts';
  expectRefusal(await alice.call('POST', `${target}?from=copied/from:v1`), 412, 'PRECONDITION');
  expectStatus(await alice.get(manifestAt('copied/to', second.manifest.digest)), 404);
});

test('a rule may accept a push of what the tag has already', async () => {
  await makeProject(alice, 'again');
  await alice.pushImage('again/app', 'v1', first);
  await alice.pushImage('again/app', 'other', second);
  await sendJson(alice, 'POST', rulesAt('again'), ruleFor('v*', { accept_same_digest: true }));
  expectStatus(await put(manifestAt('again/app', 'v1'), first), 201);
  expectStatus(await put(manifestAt('again/app', 'v1'), second), 412);
});

test('listTags, getArtifact: with_immutable_status says which tags are immutable', async () => {
  const of = '/api/v2.0/projects/kept/repositories/app/artifacts/other';
  const immutable = async (reference: string, query: string): Promise<unknown> =>
    jsonOf<{ name: string; immutable: boolean }[]>(
      await alice.get(`${of.replace('other', reference)}/tags${query}`),
    ).map((tag) => [tag.name, tag.immutable]);
  assert.deepEqual(await immutable('v1', '?with_immutable_status=true&sort=name'), [
    ['r7', true],
    ['v1', true],
  ]);
  assert.deepEqual(await immutable('v1', '?sort=name'), [
    ['r7', false],
    ['v1', false],
  ]);
  const artifact = jsonOf<{ tags: { name: string; immutable: boolean }[] }>(
    await alice.get(`${of}?with_immutable_status=true`),
  );
  const shown = Object.fromEntries(artifact.tags.map((tag) => [tag.name, tag.immutable]));
  assert.deepEqual(shown, { other: false, v2: true });
});
