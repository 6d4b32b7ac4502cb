// What was deleted: who sees it, who brings it back, and what stands in the way.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { childOf, digestOf, imageOf } from '../harness/image.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
await makeProject(admin, 'pay');
await makeProject(admin, 'shop');
await addUsers(server, ['keeper', 'dev', 'eve', 'team', 'tagger']);
await grantRole(server, { username: 'keeper', role: 'maintainer', place: 'pay' });
await grantRole(server, { username: 'dev', role: 'developer', place: 'pay' });
await grantRole(server, { username: 'team', role: 'maintainer', place: 'pay/team/**' });
const [keeper, dev, eve, team] = ['keeper', 'dev', 'eve', 'team'].map((username) =>
  server.client({ username, password }),
) as [RegistryClient, RegistryClient, RegistryClient, RegistryClient];
const nobody = server.client(null);

interface Item {
  readonly id: number;
  readonly kind: string;
  readonly name: string;
  readonly project: string;
  readonly repository?: string;
  readonly size: number;
  readonly deleted_at: string;
  readonly deleted_by: string;
  readonly purge_at: string;
}

const path = '/api/berth/v1/trash';
const listOf = async (client: RegistryClient, query = ''): Promise<Item[]> =>
  jsonOf<Item[]>(await client.get(`${path}${query}`));
const restore = (client: RegistryClient, id: number) => client.call('POST', `${path}/${id}/restore`);
const artifactAt = (repository: string, reference: string): string => {
  const [project = '', ...rest] = repository.split('/');
  return `/api/v2.0/projects/${project}/repositories/${rest.join('%252F')}/artifacts/${reference}`;
};
const usedBy = async (project: string): Promise<number> => {
  const summary = await admin.get(`/api/v2.0/projects/${project}/summary`);
  return jsonOf<{ quota?: { used: { storage: number } } }>(summary).quota?.used.storage ?? 0;
};
const pulls = async (repository: string, reference: string): Promise<number> =>
  (await admin.get(`/v2/${repository}/manifests/${reference}`)).status;

/** Pushes and deletes an image; returns what the trash says of it. */
async function deleted(repository: string, tag: string, seed: string): Promise<Item> {
  await admin.pushImage(repository, tag, imageOf({ seed }));
  expectStatus(await admin.call('DELETE', artifactAt(repository, tag)), 200);
  const [item] = await listOf(admin, '?page_size=1');
  return item ?? assert.fail('nothing is in the trash');
}

test('restoreTrash: a deleted artifact is unreachable, comes back with its tags, and usage is as before', async () => {
  const image = imageOf({ seed: 'back', layers: [2000, 3000] });
  await admin.pushImage('pay/back', 'v1', image);
  await admin.pushImage('pay/back', 'v2', image);
  const before = await usedBy('pay');
  expectStatus(await admin.call('DELETE', artifactAt('pay/back', 'v1')), 200);
  const [item] = await listOf(keeper);
  assert.ok(item !== undefined);
  assert.deepEqual(
    [item.kind, item.name, item.project, item.repository, item.deleted_by],
    ['artifact', `pay/back@${image.manifest.digest}`, 'pay', 'pay/back', 'admin'],
  );
  assert.equal(Date.parse(item.purge_at) - Date.parse(item.deleted_at), 7 * 24 * 60 * 60 * 1000);
  assert.equal(await usedBy('pay'), before - item.size);
  for (const reference of ['v1', 'v2', image.manifest.digest])
    assert.equal(await pulls('pay/back', reference), 404);
  for (const { digest } of [image.manifest, { digest: digestOf(image.layers[0] ?? Buffer.of()) }])
    expectStatus(await admin.get(`/v2/pay/back/blobs/${digest}`), 404);
  const shown = jsonOf<{ tags: { name: string }[]; artifact_count: number }>(
    await keeper.get(`${path}/${item.id}`),
  );
  assert.deepEqual(
    shown.tags.map(({ name }) => name),
    ['v1', 'v2'],
  );
  assert.equal(shown.artifact_count, 1);
  const back = jsonOf<object>(await restore(keeper, item.id));
  assert.deepEqual(back, { name: item.name, artifacts: 1, tags: 2, roles: 0, size: item.size });
  for (const reference of ['v1', 'v2', image.manifest.digest])
    assert.equal(await pulls('pay/back', reference), 200);
  expectStatus(await admin.get(`/v2/pay/back/blobs/${digestOf(image.layers[0] ?? Buffer.of())}`), 200);
  assert.equal(await usedBy('pay'), before);
  expectRefusal(await restore(keeper, item.id), 404, 'NOT_FOUND');
});

test('restoreTrash: a tag comes back with its artifact by one request, if the asker may restore both', async () => {
  const image = imageOf({ seed: 'both', layers: [900] });
  await admin.pushImage('pay/both', 'v1', image);
  expectStatus(await admin.call('DELETE', `${artifactAt('pay/both', 'v1')}/tags/v1`), 200);
  expectStatus(await admin.call('DELETE', artifactAt('pay/both', image.manifest.digest)), 200);
  const [artifact, tag] = await listOf(admin, '?page_size=2');
  assert.ok(artifact !== undefined && tag !== undefined);
  assert.deepEqual([artifact.kind, tag.kind], ['artifact', 'tag']);
  await grantRole(server, { username: 'tagger', role: 'maintainer', place: 'shop' });
  const grant = { who: 'tagger', role: 'maintainer', where: 'pay/both', tag: 'v*' };
  const { id } = jsonOf<{ id: number }>(await sendJson(admin, 'POST', '/api/berth/v1/grants', grant), 201);
  const tagger = server.client({ username: 'tagger', password });
  const told = async (client: RegistryClient) => {
    const found = await client.get(`${path}/${tag.id}`);
    const { needed, needed_hidden } = jsonOf<{ needed?: { id: number }[]; needed_hidden?: boolean }>(found);
    return { needed: needed?.map((each) => each.id), needed_hidden };
  };
  assert.deepEqual(await told(keeper), { needed: [artifact.id], needed_hidden: undefined });
  // Who may restore the tag only is told that, not of what, and changes nothing.
  assert.deepEqual(await told(tagger), { needed: undefined, needed_hidden: true });
  const both = (client: RegistryClient) => client.call('POST', `${path}/${tag.id}/restore?with_needed=true`);
  const refused = await both(tagger);
  expectRefusal(refused, 409, 'CONFLICT');
  assert.match(refused.body.toString(), /first, or ask somebody who may/);
  assert.doesNotMatch(refused.body.toString(), /--with-needed/);
  const alone = await restore(keeper, tag.id);
  expectRefusal(alone, 409, 'CONFLICT');
  assert.match(alone.body.toString(), /both at once \(berth trash restore --with-needed\)/);
  assert.equal(await pulls('pay/both', 'v1'), 404);
  const back = jsonOf<object>(await both(keeper));
  const counts = { artifacts: 1, tags: 1, roles: 0, size: artifact.size };
  assert.deepEqual(back, { name: 'pay/both:v1', needed: [artifact.name], ...counts });
  assert.equal(await pulls('pay/both', 'v1'), 200);
  expectStatus(await admin.call('DELETE', `/api/berth/v1/grants/${id}`), 200);
  expectStatus(await admin.call('DELETE', `${artifactAt('pay/both', 'v1')}/tags/v1`), 200);
  expectStatus(await admin.call('DELETE', artifactAt('pay/both', image.manifest.digest)), 200);
  const [, again] = await listOf(admin, '?page_size=2');
  const { code, stderr } = await berth([
    'trash',
    'restore',
    String(again?.id),
    '--with-needed',
    '--data',
    server.data,
  ]);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /pay\/both@sha256:\w+ is back, which it needs\.\n.*pay\/both:v1 is back: 1 artifacts/);
});

test('what is in the trash is not mounted from there, and is about nothing that asks for referrers', async () => {
  const image = imageOf({ seed: 'subject', layers: [1500] });
  await admin.pushImage('pay/subject', 'v1', image);
  const signature = imageOf({ seed: 'about it', layers: [100], more: { subject: childOf(image.manifest) } });
  await admin.pushImage('pay/subject', 'sig', signature);
  const referrers = async () => {
    const answer = await admin.get(`/v2/pay/subject/referrers/${image.manifest.digest}`);
    return (JSON.parse(answer.body.toString()) as { manifests: { digest: string }[] }).manifests;
  };
  assert.equal((await referrers()).length, 1);
  expectStatus(await admin.call('DELETE', artifactAt('pay/subject', 'v1')), 200);
  assert.deepEqual(await referrers(), []);
  const layer = digestOf(image.layers[0] ?? Buffer.of());
  const mount = () => admin.call('POST', `/v2/shop/mounted/blobs/uploads/?mount=${layer}&from=pay/subject`);
  expectStatus(await mount(), 202);
  const [item] = await listOf(admin, '?page_size=1');
  assert.equal(jsonOf<{ artifacts: number }>(await restore(keeper, item?.id ?? 0)).artifacts, 2);
  assert.equal((await referrers())[0]?.digest, signature.manifest.digest);
  expectStatus(await mount(), 201);
});

test('listTrash, getTrash: who may not delete sees nothing of it, and is answered as if it were not there', async () => {
  const inPay = await deleted('pay/hidden', 'v1', 'hidden');
  const inTeam = await deleted('pay/team/app', 'v1', 'team');
  const inShop = await deleted('shop/other', 'v1', 'other');
  const ids = async (client: RegistryClient) => (await listOf(client, '?page_size=0')).map(({ id }) => id);
  assert.ok([inPay, inTeam].every(({ id }) => [inPay.id, inTeam.id].includes(id)));
  const keepers = await ids(keeper);
  assert.ok(keepers.includes(inPay.id) && keepers.includes(inTeam.id) && !keepers.includes(inShop.id));
  assert.deepEqual(await ids(team), [inTeam.id]);
  assert.deepEqual([await ids(dev), await ids(eve)], [[], []]);
  for (const client of [dev, eve]) {
    expectRefusal(await client.get(`${path}/${inPay.id}`), 404, 'NOT_FOUND');
    expectRefusal(await restore(client, inPay.id), 404, 'NOT_FOUND');
  }
  expectRefusal(await team.get(`${path}/${inPay.id}`), 404, 'NOT_FOUND');
  expectStatus(await team.get(`${path}/${inTeam.id}`), 200);
  expectStatus(await nobody.get(path), 401);
  expectStatus(await restore(nobody, inPay.id), 401);
});

test('listTrash: two pages, filters and sorts change the result', async () => {
  for (const [seed, bytes] of [
    ['p1', 100],
    ['p2', 5000],
    ['p3', 900],
  ] as const) {
    await admin.pushImage(`shop/paged-${seed}`, 'v1', imageOf({ seed, layers: [bytes] }));
    expectStatus(await admin.call('DELETE', artifactAt(`shop/paged-${seed}`, 'v1')), 200);
  }
  const names = (items: readonly Item[]) => items.map(({ repository }) => repository);
  const q = `q=${encodeURIComponent('project=shop,repository=~paged')}`;
  const answer = await admin.get(`${path}?${q}&page_size=2`);
  assert.equal(answer.headers['x-total-count'], '3');
  assert.match(String(answer.headers.link), /rel="next"/);
  assert.deepEqual(names(jsonOf<Item[]>(answer)), ['shop/paged-p3', 'shop/paged-p2']);
  assert.deepEqual(names(await listOf(admin, `?${q}&page_size=2&page=2`)), ['shop/paged-p1']);
  assert.deepEqual(names(await listOf(admin, `?${q}&sort=size`)), [
    'shop/paged-p1',
    'shop/paged-p3',
    'shop/paged-p2',
  ]);
  assert.deepEqual(names(await listOf(admin, `?q=${encodeURIComponent('kind=tag,project=shop')}`)), []);
  expectRefusal(await admin.get(`${path}?q=id%3Dx`), 400, 'BAD_REQUEST');
});

test('restoreTrash: a tag that stands for something else is refused with the sentence and the way out', async () => {
  const item = await deleted('pay/taken', 'v1', 'first');
  const second = imageOf({ seed: 'second' });
  await admin.pushImage('pay/taken', 'v1', second);
  const answer = await restore(keeper, item.id);
  const message = expectRefusal(answer, 409, 'CONFLICT');
  assert.match(message, new RegExp(`is not restored: pay/taken:v1 stands for ${second.manifest.digest} now`));
  assert.match(answer.body.toString(), /delete that tag first/);
  expectStatus(await admin.call('DELETE', `${artifactAt('pay/taken', 'v1')}/tags/v1`), 200);
  expectStatus(await restore(keeper, item.id), 200);
});

test('berth trash list, show, restore: over the socket of the data folder', async () => {
  const item = await deleted('shop/command', 'v1', 'command');
  const run = (...words: string[]) => berth(['trash', ...words, '--data', server.data]);
  const list = await run('list', '--project', 'shop', '-o', 'json');
  assert.equal(list.code, 0);
  const [first] = JSON.parse(list.stdout) as Item[];
  assert.equal(first?.id, item.id);
  const shown = await run('show', String(item.id));
  assert.match(shown.stdout, /artifact_count\t1/);
  const back = await run('restore', String(item.id));
  assert.equal(back.code, 0);
  assert.match(back.stderr, /shop\/command@sha256:\w+ is back: 1 artifacts, 1 tags, /);
  assert.equal(await pulls('shop/command', 'v1'), 200);
  const again = await run('restore', String(item.id));
  assert.notEqual(again.code, 0);
  assert.match(again.stderr, new RegExp(`there is no ${item.id} in the trash`));
  assert.equal((await run('restore', 'x')).code, 2);
});

test('purgeTrash: administrators only; content and block; listBlockedDigests, unblockDigest', async () => {
  const image = imageOf({ seed: 'leak', layers: [4000] });
  await admin.pushImage('pay/leak', 'v1', image);
  expectStatus(await admin.call('DELETE', artifactAt('pay/leak', 'v1')), 200);
  const [item] = await listOf(keeper, '?page_size=1');
  assert.ok(item !== undefined);
  const purge = (client: RegistryClient, query = '') => client.call('DELETE', `${path}/${item.id}${query}`);
  expectRefusal(await purge(keeper), 403, 'FORBIDDEN');
  expectStatus(await purge(nobody), 401);
  const purged = jsonOf<{ blobs: number; size: number; blocked: number }>(await purge(admin, '?block=true'));
  const bytes = [...image.layers, image.config].reduce((sum, each) => sum + each.length, 0);
  // What the storage got rid of: the manifest's copy is made some seconds behind its push.
  assert.ok([bytes, bytes + image.manifest.bytes.length].includes(purged.size), String(purged.size));
  assert.deepEqual([purged.blobs, purged.blocked], [3, 1]);
  expectRefusal(await purge(admin), 404, 'NOT_FOUND');
  assert.equal(await pulls('pay/leak', image.manifest.digest), 404);
  await assert.rejects(admin.pushImage('shop/leak', 'v1', image), /403/);
  const blocked = '/api/berth/v1/blocked-digests';
  const [row] = jsonOf<{ digest: string; object: string; blocked_by: string }[]>(await admin.get(blocked));
  assert.deepEqual(
    [row?.digest, row?.object, row?.blocked_by],
    [image.manifest.digest, `pay/leak@${image.manifest.digest}`, 'admin'],
  );
  const some = await admin.get(`${blocked}?q=${encodeURIComponent('object=~nothing')}`);
  assert.deepEqual(jsonOf<object[]>(some), []);
  expectRefusal(await keeper.get(blocked), 403, 'FORBIDDEN');
  expectRefusal(await keeper.call('DELETE', `${blocked}/${image.manifest.digest}`), 403, 'FORBIDDEN');
  const audit = jsonOf<{ operation: string; resource_type: string }[]>(
    await admin.get('/api/v2.0/auditlog-exts?page_size=30'),
  );
  const told = audit.map(({ operation, resource_type }) => `${operation} ${resource_type}`);
  assert.ok(told.includes('purge artifact') && told.includes('create blocked-digest'));
  expectStatus(await admin.call('DELETE', `${blocked}/${image.manifest.digest}`), 200);
  expectRefusal(await admin.call('DELETE', `${blocked}/${image.manifest.digest}`), 404, 'NOT_FOUND');
  await admin.pushImage('shop/leak', 'v1', image);
  assert.equal(await pulls('shop/leak', 'v1'), 200);
});

test('restoreTrash: a project comes back with its roles, and not while its name is taken', async () => {
  await makeProject(admin, 'gone');
  await grantRole(server, { username: 'dev', role: 'developer', place: 'gone' });
  expectStatus(await admin.call('DELETE', '/api/v2.0/projects/gone'), 200);
  const [item] = await listOf(admin, '?page_size=1');
  assert.deepEqual([item?.kind, item?.name], ['project', 'gone']);
  await makeProject(admin, 'gone');
  const answer = await restore(admin, item?.id ?? 0);
  assert.match(expectRefusal(answer, 409, 'CONFLICT'), /there is another project gone now/);
  expectStatus(await admin.call('DELETE', '/api/v2.0/projects/gone'), 200);
  assert.equal(jsonOf<{ roles: number }>(await restore(admin, item?.id ?? 0)).roles, 2);
  await dev.pushImage('gone/app', 'v1', imageOf({ seed: 'gone' }));
  assert.equal(await pulls('gone/app', 'v1'), 200);
});

test('restoreTrash: where the storage limit would be exceeded nothing comes back', async () => {
  const id = await makeProject(admin, 'small');
  await admin.pushImage('small/app', 'v1', imageOf({ seed: 's1', layers: [5000] }));
  expectStatus(await admin.call('DELETE', artifactAt('small/app', 'v1')), 200);
  const [item] = await listOf(admin, '?page_size=1');
  const body = { method: 'PUT', path: `/api/v2.0/quotas/${id}` } as const;
  const set = (storage: number) => sendJson(admin, body.method, body.path, { hard: { storage } });
  expectStatus(await set(1000), 200);
  const message = expectRefusal(await restore(admin, item?.id ?? 0), 403, 'DENIED');
  assert.match(message, /would exceed its storage limit/);
  assert.equal(await pulls('small/app', 'v1'), 404);
  expectStatus(await set(-1), 200);
  expectStatus(await restore(admin, item?.id ?? 0), 200);
  assert.equal(await pulls('small/app', 'v1'), 200);
});

test('berth trash purge, empty, blocked, unblock: what they print, and what is gone', async () => {
  const run = (...words: string[]) => berth(['trash', ...words, '--data', server.data]);
  const item = await deleted('shop/purged', 'v1', 'purged');
  const purged = await run('purge', String(item.id), '--block', '--yes');
  assert.equal(purged.code, 0);
  assert.match(purged.stderr, /shop\/purged@sha256:\w+: 1 artifacts and 3 blobs are gone for good/);
  assert.match(purged.stderr, /1 digests are blocked/);
  const blocked = JSON.parse((await run('blocked', '-o', 'json')).stdout) as { digest: string }[];
  const [first] = blocked;
  assert.ok(first !== undefined);
  assert.equal((await run('unblock', first.digest, '--yes')).code, 0);
  assert.equal((await run('unblock', 'x', '--yes')).code, 2);
  await deleted('shop/empty', 'v1', 'e1');
  await deleted('shop/empty', 'v2', 'e2');
  const emptied = await run('empty', '--repository', 'shop/empty', '--yes');
  assert.equal(emptied.code, 0);
  assert.equal([...emptied.stderr.matchAll(/are gone for good/g)].length, 2);
  assert.deepEqual(await listOf(admin, `?q=${encodeURIComponent('repository=shop/empty')}`), []);
  assert.match((await run('empty', '--repository', 'shop/empty', '--yes')).stderr, /Nothing is in the trash/);
});

test('verify storage has nothing to say after all of that', async () => {
  const verified = await berth(['verify', 'storage', '--data', server.data]);
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
});

test('berth tag, artifact, repo, project delete, and berth trash restore: each kind of deletion is undone on the command line', async () => {
  const run = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await berth([...words, '--data', server.data]);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  await makeProject(admin, 'undone');
  const image = imageOf({ seed: 'undone', layers: [4000] });
  await admin.pushImage('undone/app', 'v1', image);
  await admin.pushImage('undone/app', 'v2', image);
  const before = await usedBy('undone');
  const undo = async (kind: string): Promise<void> => {
    const list = await run('trash', 'list', '--project', 'undone', '--kind', kind, '-o', 'json');
    const [item, ...others] = JSON.parse(list) as Item[];
    assert.deepEqual(others, []);
    await run('trash', 'restore', String(item?.id));
  };
  for (const [kind, ...words] of [
    ['tag', 'tag', 'delete', 'undone/app:v2'],
    ['artifact', 'artifact', 'delete', 'undone/app:v1'],
    ['repository', 'repo', 'delete', 'undone/app'],
  ] as const) {
    await run(...words, '--yes');
    assert.equal(await pulls('undone/app', 'v2'), 404, kind);
    await undo(kind);
    for (const reference of ['v1', 'v2', image.manifest.digest])
      assert.equal(await pulls('undone/app', reference), 200, `${kind}: ${reference}`);
    assert.equal(await usedBy('undone'), before, kind);
  }
  // A project is deleted once it holds nothing; what it held comes back behind it.
  await run('repo', 'delete', 'undone/app', '--yes');
  await run('project', 'delete', 'undone', '--yes');
  expectStatus(await admin.get('/api/v2.0/projects/undone'), 404);
  await undo('project');
  await undo('repository');
  assert.equal(await pulls('undone/app', 'v1'), 200);
  assert.equal(await usedBy('undone'), before);
});
