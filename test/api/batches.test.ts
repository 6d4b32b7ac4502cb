// One change of many things: what it does with each, with whose rights, and how it is taken back.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { imageOf } from '../harness/image.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const pay = await makeProject(admin, 'pay');
await addUsers(server, ['keeper', 'dev', 'eve', 'tagger']);
await grantRole(server, { username: 'keeper', role: 'maintainer', place: 'pay' });
await grantRole(server, { username: 'dev', role: 'developer', place: 'pay' });
const [keeper, dev, eve] = ['keeper', 'dev', 'eve'].map((username) =>
  server.client({ username, password }),
) as [RegistryClient, RegistryClient, RegistryClient];

interface Batch {
  readonly id: number;
  readonly status: string;
  readonly total: number;
  readonly done: number;
  readonly refused: number;
  readonly gone: number;
  readonly waiting: number;
  readonly bytes: number;
  readonly restorable: number;
  readonly label?: string;
  readonly undoes?: number;
  readonly undone_by?: number;
}

interface Estimate {
  readonly total: number;
  readonly going: number;
  readonly names: readonly string[];
  readonly tags: number;
  readonly artifacts: number;
  readonly bytes: number;
  readonly needed?: readonly string[];
  readonly needed_count?: number;
  readonly staying: readonly { readonly why: string; readonly count: number }[];
  readonly examples: readonly {
    readonly name: string;
    readonly why: string;
    readonly reason: string;
    readonly because?: Because;
  }[];
}

type Because = { readonly kind: string; readonly values: Readonly<Record<string, string>> };

interface Item {
  readonly name: string;
  readonly outcome: string;
  readonly why?: string;
  readonly reason?: string;
  readonly because?: Because;
}

const path = '/api/berth/v1/batches';
const send = (client: RegistryClient, body: object) => sendJson(client, 'POST', path, body);

async function ended(client: RegistryClient, id: number): Promise<Batch> {
  return waitUntil('the batch has ended', async () => {
    const batch = jsonOf<Batch>(await client.get(`${path}/${id}`));
    return ['Success', 'Error', 'Stopped'].includes(batch.status) && batch;
  });
}

async function run(client: RegistryClient, body: object): Promise<Batch> {
  return ended(client, jsonOf<Batch>(await send(client, body), 202).id);
}

async function undo(client: RegistryClient, id: number): Promise<Batch> {
  return ended(client, jsonOf<Batch>(await client.call('POST', `${path}/${id}/undo`), 202).id);
}

const itemsOf = async (client: RegistryClient, id: number, query = ''): Promise<Item[]> =>
  jsonOf<Item[]>(await client.get(`${path}/${id}/items?page_size=100${query}`));

const usedBy = async (): Promise<number> =>
  jsonOf<{ quota: { used: { storage: number } } }>(await admin.get('/api/v2.0/projects/pay/summary')).quota
    .used.storage;

async function push(repository: string, tags: readonly string[]): Promise<string[]> {
  const digests: string[] = [];
  for (const tag of tags) {
    const image = imageOf({ seed: `${repository} ${tag}`, layers: [1000 + digests.length] });
    await admin.pushImage(repository, tag, image);
    digests.push(image.manifest.digest);
  }
  return digests;
}

async function keepTags(pattern: string): Promise<void> {
  const rule = {
    action: 'immutable',
    template: 'immutable_template',
    tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern }],
    scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
  };
  expectStatus(await sendJson(admin, 'POST', '/api/v2.0/projects/pay/immutabletagrules', rule), 201);
}
await keepTags('prod-*');

test('createBatch: all tags that match go, those that a rule keeps stay with the reason, and undo brings them back', async () => {
  await push('pay/tags', ['old-1', 'old-2', 'old-3', 'prod-old', 'new-1']);
  const body = { action: 'delete-tags', project: 'pay', repository: 'tags', matching: { name: 'old' } };
  const estimate = jsonOf<Estimate>(await send(keeper, { ...body, count: 4, dry_run: true }));
  assert.deepEqual(
    [estimate.total, estimate.going, estimate.tags, estimate.bytes, estimate.staying],
    [4, 3, 3, 0, [{ why: 'immutable', count: 1 }]],
  );
  assert.equal(estimate.names.length, 3);
  assert.ok(!estimate.names.includes('prod-old'));
  assert.match(estimate.examples[0]?.reason ?? '', /prod-old is configured as immutable/);
  assert.deepEqual(estimate.examples[0]?.because, {
    kind: 'tag immutable',
    values: { tag: 'prod-old', rule: '1' },
  });
  assert.equal((await admin.tags('pay/tags')).length, 5);
  const batch = await run(keeper, { ...body, count: 4 });
  assert.deepEqual(
    [batch.status, batch.total, batch.done, batch.refused, batch.gone, batch.restorable],
    ['Success', 4, 3, 1, 0, 3],
  );
  assert.deepEqual((await admin.tags('pay/tags')).toSorted(), ['new-1', 'prod-old']);
  const [kept, ...others] = await itemsOf(keeper, batch.id, '&outcome=refused');
  assert.deepEqual([kept?.name, kept?.why, others], ['prod-old', 'immutable', []]);
  assert.deepEqual(kept?.because, estimate.examples[0]?.because);
  const page = await keeper.get(`${path}/${batch.id}/items?page=2&page_size=3`);
  assert.deepEqual([jsonOf<Item[]>(page).length, page.headers['x-total-count']], [1, '4']);
  const back = await undo(keeper, batch.id);
  assert.deepEqual([back.status, back.done, back.undoes], ['Success', 3, batch.id]);
  assert.equal((await admin.tags('pay/tags')).length, 5);
  const after = jsonOf<Batch>(await keeper.get(`${path}/${batch.id}`));
  assert.deepEqual([after.restorable, after.undone_by], [0, back.id]);
  expectRefusal(await keeper.call('POST', `${path}/${batch.id}/undo`), 412, 'PRECONDITION');
  expectRefusal(await keeper.call('POST', `${path}/${batch.id}/undo`), 412, 'PRECONDITION');
});

test('the audit log has a row for each thing, as for single deletions, marked with the job', async () => {
  await push('pay/audited', ['a', 'b']);
  const batch = await run(keeper, {
    action: 'delete-tags',
    project: 'pay',
    repository: 'audited',
    items: ['a', 'b'],
  });
  const { items } = jsonOf<{ items: { event: string; object: string; username: string; after: object }[] }>(
    await admin.get('/api/berth/v1/audit?object=pay/audited:a'),
  );
  assert.deepEqual(
    items.filter(({ event }) => event === 'tag.deleted').map(({ username, after: told }) => [username, told]),
    [['keeper', { job: String(batch.id) }]],
  );
});

test('what is refused leaves the row of a single refusal, too', async () => {
  await push('pay/refused', ['prod-1', 'v1']);
  const items = ['prod-1', 'v1'];
  await run(keeper, { action: 'delete-tags', project: 'pay', repository: 'refused', items });
  const rows = await waitUntil('the row', async () => {
    const query = '/api/berth/v1/audit?object=pay/refused:prod-1';
    const { items: found } = jsonOf<{ items: { event: string; result: string; username: string }[] }>(
      await admin.get(query),
    );
    const refused = found.filter(({ result }) => result === 'refused');
    return refused.length > 0 && refused;
  });
  assert.deepEqual(
    rows.map(({ event, username }) => [event, username]),
    [['tag.deleted', 'keeper']],
  );
});

test('more that match than were shown are refused, and nothing is changed', async () => {
  await push('pay/more', ['v1', 'v2', 'v3']);
  const body = { action: 'delete-tags', project: 'pay', repository: 'more', matching: {} };
  const answer = await send(keeper, { ...body, count: 2 });
  expectRefusal(answer, 412, 'PRECONDITION');
  assert.match(answer.body.toString(), /3 match by now, 2 were shown/);
  assert.equal((await admin.tags('pay/more')).length, 3);
  for (const wrong of [
    { ...body },
    { ...body, items: ['v1'], count: 3 },
    { action: 'delete-tags', project: 'pay', repository: 'more' },
    { action: 'delete-tags', project: 'pay', repository: 'more', items: [] },
    { action: 'delete-tags', project: 'pay', repository: 'more', items: ['v1,kind=tag'] },
    { action: 'delete-tags', project: 'pay', items: ['v1'] },
    { action: 'delete-everything', project: 'pay', items: ['v1'] },
    { ...body, matching: { name: 'v\0' }, count: 3 },
    { ...body, except: ['v1,kind=tag'], count: 3 },
    { ...body, except: ['v1', 'v2', 'v3'], count: 3 },
    { ...body, matching: undefined, items: ['v1'], except: ['v2'] },
    { action: 'delete-tags', project: 'pay', repository: 'more', items: ['absent'] },
  ])
    expectRefusal(await send(keeper, wrong), 400, 'BAD_REQUEST');
  assert.equal((await admin.tags('pay/more')).length, 3);
  const but = { ...body, except: ['v2', 'absent'] };
  expectRefusal(await send(keeper, { ...but, count: 1 }), 412, 'PRECONDITION');
  const estimate = jsonOf<Estimate>(await send(keeper, { ...but, count: 2, dry_run: true }));
  assert.equal(estimate.total, 2);
  assert.equal((await run(keeper, { ...but, count: 2 })).done, 2);
  assert.deepEqual(await admin.tags('pay/more'), ['v2']);
});

test('artifacts go by digest, the index before what it lists, and as many bytes as were told; one that is gone is told', async () => {
  const digests = await push('pay/art', ['one', 'two']);
  const before = await usedBy();
  const items = [...digests, `sha256:${'0'.repeat(64)}`];
  const body = { action: 'delete-artifacts', project: 'pay', repository: 'art', items };
  const estimate = jsonOf<Estimate>(await send(keeper, { ...body, dry_run: true }));
  const batch = await run(keeper, body);
  assert.deepEqual([batch.done, batch.gone, batch.refused], [2, 1, 0]);
  assert.ok(batch.bytes > 0);
  assert.deepEqual([estimate.bytes, before - (await usedBy())], [batch.bytes, batch.bytes]);
  assert.deepEqual([estimate.artifacts, estimate.tags], [2, 2]);
  await undo(keeper, batch.id);
  assert.equal(await usedBy(), before);
  assert.equal((await admin.tags('pay/art')).length, 2);
});

test('repositories go with all that is in them, except those with a tag that must stay', async () => {
  await push('pay/folder/one', ['v1', 'v2']);
  await push('pay/folder/two', ['v1']);
  await push('pay/folder/kept', ['prod-1']);
  const before = await usedBy();
  const body = { action: 'delete-repositories', project: 'pay', matching: { q: 'name=~folder' }, count: 3 };
  const estimate = jsonOf<Estimate>(await send(keeper, { ...body, dry_run: true }));
  assert.deepEqual([estimate.going, estimate.tags, estimate.artifacts], [2, 3, 3]);
  const batch = await run(keeper, body);
  assert.deepEqual([batch.done, batch.refused, batch.bytes], [2, 1, estimate.bytes]);
  assert.equal(before - (await usedBy()), batch.bytes);
  const back = await undo(keeper, batch.id);
  assert.deepEqual([back.done, back.bytes, await usedBy()], [2, batch.bytes, before]);
  assert.equal((await admin.tags('pay/folder/one')).length, 2);
});

test('each thing needs the right when it is done: what was taken meanwhile is refused, by name', async () => {
  await push('pay/rights', ['v1', 'v2']);
  const queue = '/api/v2.0/jobservice/queues/BATCH';
  expectStatus(await sendJson(admin, 'PUT', queue, { action: 'pause' }), 200);
  await grantRole(server, { username: 'tagger', role: 'maintainer', place: 'pay' });
  const tagger = server.client({ username: 'tagger', password });
  const body = { action: 'delete-tags', project: 'pay', repository: 'rights', items: ['v1', 'v2'] };
  const { id } = jsonOf<Batch>(await send(tagger, body), 202);
  const members = `/api/v2.0/projects/${pay}/members`;
  const all = jsonOf<{ id: number; entity_name: string }[]>(await admin.get(`${members}?entityname=tagger`));
  expectStatus(await admin.delete(`${members}/${all[0]?.id}`), 200);
  expectStatus(await sendJson(admin, 'PUT', queue, { action: 'resume' }), 200);
  const batch = await ended(tagger, id);
  assert.deepEqual([batch.status, batch.done, batch.refused], ['Success', 0, 2]);
  assert.deepEqual(
    (await itemsOf(tagger, id)).map(({ name, why }) => [name, why]),
    [
      ['v1', 'no right'],
      ['v2', 'no right'],
    ],
  );
  assert.equal((await admin.tags('pay/rights')).length, 2);
});

test('who lacks a right is told before; strangers are answered as by the list, and see no batch of others', async () => {
  await push('pay/strange', ['v1']);
  const body = { action: 'delete-tags', project: 'pay', repository: 'strange', items: ['v1'] };
  const estimate = jsonOf<Estimate>(await send(dev, { ...body, dry_run: true }));
  assert.deepEqual([estimate.going, estimate.staying], [0, [{ why: 'no right', count: 1 }]]);
  assert.deepEqual(estimate.examples[0]?.because, {
    kind: 'permission missing',
    values: { permission: 'tag:delete' },
  });
  expectRefusal(await send(eve, body), 403, 'FORBIDDEN');
  expectStatus(await send(server.client(null), body), 401);
  expectRefusal(await send(eve, { action: 'restore', matching: {}, count: 9 }), 400, 'BAD_REQUEST');
  const batch = await run(keeper, body);
  for (const address of [`${path}/${batch.id}`, `${path}/${batch.id}/items`])
    expectRefusal(await dev.get(address), 404, 'NOT_FOUND');
  for (const verb of ['undo', 'cancel'])
    expectRefusal(await dev.call('POST', `${path}/${batch.id}/${verb}`), 404, 'NOT_FOUND');
  assert.deepEqual(jsonOf<Batch[]>(await dev.get(path)), []);
  assert.equal(jsonOf<Batch[]>(await keeper.get(`${path}?page_size=1`))[0]?.id, batch.id);
  expectRefusal(await keeper.call('POST', `${path}/${batch.id}/cancel`), 412, 'PRECONDITION');
  assert.equal(jsonOf<Batch>(await admin.get(`${path}/${batch.id}`)).done, 1);
});

test('who administers the project, or the system, finds and takes back what a colleague did; the log names both', async () => {
  await push('pay/colleague', ['v1', 'v2']);
  await makeProject(admin, 'store');
  await addUsers(server, ['boss', 'other']);
  await grantRole(server, { username: 'boss', role: 'projectAdmin', place: 'pay' });
  await grantRole(server, { username: 'other', role: 'projectAdmin', place: 'store' });
  const [boss, other] = ['boss', 'other'].map((username) => server.client({ username, password })) as [
    RegistryClient,
    RegistryClient,
  ];
  const body = { action: 'delete-tags', project: 'pay', repository: 'colleague' };
  const seen = async (client: RegistryClient, query = '?all=true&page_size=100') =>
    jsonOf<(Batch & { asked_by: string })[]>(await client.get(`${path}${query}`));
  for (const [client, name, tag] of [
    [boss, 'boss', 'v1'],
    [admin, 'admin', 'v2'],
  ] as const) {
    const batch = await run(keeper, { ...body, items: [tag] });
    const found = (await seen(client)).find(({ id }) => id === batch.id);
    assert.deepEqual([found?.asked_by, found?.restorable], ['keeper', 1]);
    assert.ok((await seen(client, '?page_size=100')).every((each) => each.id !== batch.id));
    for (const stranger of [other, dev]) {
      assert.ok((await seen(stranger)).every((each) => each.id !== batch.id));
      expectRefusal(await stranger.call('POST', `${path}/${batch.id}/undo`), 404, 'NOT_FOUND');
    }
    const undone = await undo(client, batch.id);
    assert.deepEqual([undone.done, undone.undoes], [1, batch.id]);
    assert.ok((await admin.tags('pay/colleague')).includes(tag));
    const { items } = jsonOf<{ items: { username: string; after?: Record<string, string> }[] }>(
      await admin.get(`/api/berth/v1/audit?type=job.started&object=BATCH%20${undone.id}`),
    );
    const [row] = items;
    assert.ok(row !== undefined);
    assert.equal(row.username, name);
    assert.deepEqual([row.after?.['undoes'], row.after?.['undoesOf']], [String(batch.id), 'keeper']);
    // Also whose change it was, and who administers the project, find what took it back.
    for (const reader of [keeper, boss, admin]) {
      expectStatus(await reader.get(`${path}/${undone.id}/items`), 200);
      assert.equal(jsonOf<Batch>(await reader.get(`${path}/${undone.id}`)).undoes, batch.id);
      assert.ok((await seen(reader)).some(({ id }) => id === undone.id));
    }
    for (const stranger of [other, dev])
      expectRefusal(await stranger.get(`${path}/${undone.id}`), 404, 'NOT_FOUND');
    expectRefusal(await keeper.call('POST', `${path}/${undone.id}/cancel`), 404, 'NOT_FOUND');
  }
  assert.deepEqual(await seen(other), []);
});

test('who may see all jobs and bring nothing back is refused the undo', async () => {
  await push('pay/watched', ['v1']);
  await addUsers(server, ['watcher']);
  expectStatus(
    await sendJson(admin, 'POST', '/api/berth/v1/grants', {
      who: 'watcher',
      role: 'auditor',
      where: 'system',
    }),
    201,
  );
  const watcher = server.client({ username: 'watcher', password });
  const body = { project: 'pay', repository: 'watched', items: ['v1'] };
  for (const what of [
    { action: 'label-tags', label_id: await makeLabel('watched') },
    { action: 'delete-tags' },
  ]) {
    const batch = await run(keeper, { ...body, ...what });
    expectStatus(await watcher.get(`${path}/${batch.id}`), 200);
    expectRefusal(await watcher.call('POST', `${path}/${batch.id}/undo`), 403, 'FORBIDDEN');
    assert.equal(jsonOf<Batch>(await keeper.get(`${path}/${batch.id}`)).undone_by, undefined);
    assert.equal((await undo(keeper, batch.id)).done, 1);
  }
});

test('labels of a repository that has gone are not changed back', async () => {
  await push('pay/brief', ['v1']);
  const labelId = await makeLabel('brief');
  const body = { action: 'label-tags', project: 'pay', repository: 'brief', label_id: labelId };
  const batch = await run(keeper, { ...body, items: ['v1'] });
  assert.equal(batch.done, 1);
  expectStatus(await admin.delete('/api/v2.0/projects/pay/repositories/brief'), 200);
  const refused = await keeper.call('POST', `${path}/${batch.id}/undo`);
  assert.match(expectRefusal(refused, 412, 'PRECONDITION'), /not there any more/);
});

test('what a colleague is stopped in is told in the activity of the project, with the name', async () => {
  await push('pay/stopped', ['v1']);
  const queue = '/api/v2.0/jobservice/queues/BATCH';
  expectStatus(await sendJson(admin, 'PUT', queue, { action: 'pause' }), 200);
  const body = { action: 'delete-tags', project: 'pay', repository: 'stopped', items: ['v1'] };
  const told = async (client: RegistryClient): Promise<readonly unknown[]> => {
    const { id } = jsonOf<Batch>(await send(keeper, body), 202);
    expectStatus(await client.call('POST', `${path}/${id}/cancel`), 202);
    const { items } = jsonOf<{ items: { project_id?: number; after?: Record<string, string> }[] }>(
      await admin.get(`/api/berth/v1/audit?type=job.stopped&object=BATCH%20${id}`),
    );
    return items.map(({ project_id: project, after: data }) => [project, data?.['owner']]);
  };
  assert.deepEqual(await told(admin), [[pay, 'keeper']]);
  assert.deepEqual(await told(keeper), [[pay, undefined]]);
  expectStatus(await sendJson(admin, 'PUT', queue, { action: 'resume' }), 200);
});

test('whether there is a project that somebody may not see is not told', async () => {
  await makeProject(admin, 'secret');
  await admin.pushImage('secret/app', 'v1', imageOf({ seed: 'secret' }));
  const told = async (client: RegistryClient, project: string, body: object): Promise<string> => {
    const asked = { action: 'delete-repositories', project, ...body };
    const answer = await sendJson(client, 'POST', path, asked, { 'X-Request-Id': 'the-same' });
    const { date, ...headers } = answer.headers;
    assert.ok(date);
    return JSON.stringify([answer.status, headers, answer.body.toString()]);
  };
  const bodies = [
    { matching: {}, count: 0, dry_run: true },
    { matching: {}, count: 0 },
    { matching: {} },
    { matching: { q: 'name' }, count: 0 },
    { items: ['secret/app'], dry_run: true },
  ];
  await grantRole(server, { username: 'eve', role: 'pull', place: 'pay/art' });
  for (const body of bodies) {
    const hidden = await told(eve, 'secret', body);
    assert.match(hidden, /^\[403,/);
    assert.equal(hidden, await told(eve, 'absent', body));
  }
  // Whoever sees a part is answered by what is in it.
  assert.match(await told(eve, 'pay', { matching: { q: 'name=absent' }, count: 0 }), /^\[400,/);
  const estimate = await send(eve, {
    action: 'delete-repositories',
    project: 'pay',
    matching: {},
    count: 1,
    dry_run: true,
  });
  assert.deepEqual(jsonOf<Estimate>(estimate).staying, [{ why: 'no right', count: 1 }]);
});

test('a token sees and stops what was asked for by it, its account all of that', async () => {
  await push('pay/tokens', ['v1', 'v2']);
  const body = { action: 'delete-tags', project: 'pay', repository: 'tokens' };
  const { user_id: userId } = jsonOf<{ user_id: number }>(await keeper.get('/api/v2.0/users/current'));
  const tokenOf = async (name: string, actions: readonly string[]): Promise<RegistryClient> => {
    const scopes = [{ actions, where: '*' }];
    const answer = await sendJson(keeper, 'POST', `/api/berth/v1/users/${userId}/tokens`, { name, scopes });
    return server.client({ username: 'keeper', password: jsonOf<{ token: string }>(answer, 201).token });
  };
  const [reads, deletes] = [await tokenOf('reads', ['pull']), await tokenOf('deletes', ['pull', 'delete'])];
  const own = await run(keeper, { ...body, items: ['v1'] });
  const byToken = await run(deletes, { ...body, items: ['v2'] });
  const seen = async (client: RegistryClient): Promise<readonly number[]> => {
    const answer = await client.get(`${path}?page_size=100`);
    const ids = jsonOf<Batch[]>(answer).map(({ id }) => id);
    assert.equal(answer.headers['x-total-count'], String(ids.length));
    return ids;
  };
  assert.deepEqual([await seen(reads), await seen(deletes)], [[], [byToken.id]]);
  assert.deepEqual((await seen(keeper)).slice(0, 2), [byToken.id, own.id]);
  for (const client of [reads, deletes]) {
    for (const address of ['', '/items'])
      expectRefusal(await client.get(`${path}/${own.id}${address}`), 404, 'NOT_FOUND');
    for (const verb of ['undo', 'cancel'])
      expectRefusal(await client.call('POST', `${path}/${own.id}/${verb}`), 404, 'NOT_FOUND');
  }
  assert.equal(jsonOf<Batch>(await keeper.get(`${path}/${byToken.id}`)).done, 1);
});

test('a tag that was moved meanwhile stays; one that is cancelled leaves the rest as it was', async () => {
  const [first] = await push('pay/moved', ['v1']);
  const queue = '/api/v2.0/jobservice/queues/BATCH';
  expectStatus(await sendJson(admin, 'PUT', queue, { action: 'pause' }), 200);
  const body = { action: 'delete-tags', project: 'pay', repository: 'moved', items: ['v1'] };
  const moving = jsonOf<Batch>(await send(keeper, body), 202);
  const cancelled = jsonOf<Batch>(await send(keeper, body), 202);
  await admin.pushImage('pay/moved', 'v1', imageOf({ seed: 'another' }));
  expectStatus(await keeper.call('POST', `${path}/${cancelled.id}/cancel`), 202);
  expectStatus(await sendJson(admin, 'PUT', queue, { action: 'resume' }), 200);
  const batch = await ended(keeper, moving.id);
  assert.deepEqual([batch.done, batch.refused], [0, 1]);
  const [moved] = await itemsOf(keeper, moving.id);
  assert.equal(moved?.why, 'changed');
  assert.deepEqual(moved?.because, { kind: 'stands for something else', values: { tag: 'v1' } });
  const { status, waiting } = await ended(keeper, cancelled.id);
  assert.deepEqual([status, waiting], ['Stopped', 1]);
  // Its asker took it back: nobody else goes on with their rights.
  const again = await admin.call('POST', `/api/berth/v1/jobs/${cancelled.id}/retry`);
  assert.match(expectRefusal(again, 412, 'PRECONDITION'), /was cancelled/);
  assert.equal(jsonOf<Batch>(await keeper.get(`${path}/${cancelled.id}`)).status, 'Stopped');
  assert.ok(first !== undefined);
});

test('an artifact that was tagged or pushed again meanwhile stays, one that was deleted meanwhile is gone', async () => {
  const repository = 'pay/untagged';
  const digests = await push(repository, ['kept', 'again', 'gone', 'goes']);
  for (const tag of ['kept', 'again', 'gone', 'goes'])
    expectStatus(
      await admin.delete(`/api/v2.0/projects/pay/repositories/untagged/artifacts/${tag}/tags/${tag}`),
      200,
    );
  const queue = '/api/v2.0/jobservice/queues/BATCH';
  expectStatus(await sendJson(admin, 'PUT', queue, { action: 'pause' }), 200);
  const body = { action: 'delete-artifacts', project: 'pay', repository: 'untagged' };
  const matching = { q: 'tags=nil' };
  const { id } = jsonOf<Batch>(await send(keeper, { ...body, matching, count: 4 }), 202);
  const artifacts = '/api/v2.0/projects/pay/repositories/untagged/artifacts';
  expectStatus(await sendJson(admin, 'POST', `${artifacts}/${digests[0]}/tags`, { name: 'release' }), 201);
  const of = (tag: string, no: number) => imageOf({ seed: `${repository} ${tag}`, layers: [1000 + no] });
  await admin.pushImage(repository, digests[1] ?? '', of('again', 1));
  expectStatus(await admin.delete(`${artifacts}/${digests[2]}`), 200);
  await admin.pushImage(repository, digests[2] ?? '', of('gone', 2));
  expectStatus(await sendJson(admin, 'PUT', queue, { action: 'resume' }), 200);
  const batch = await ended(keeper, id);
  assert.deepEqual([batch.done, batch.refused, batch.gone], [1, 2, 1]);
  const stayed = await itemsOf(keeper, id, '&outcome=refused');
  assert.deepEqual(new Set(stayed.map(({ name }) => name)), new Set(digests.slice(0, 2)));
  assert.deepEqual(
    stayed.map(({ why }) => why),
    ['changed', 'changed'],
  );
  assert.deepEqual(await admin.tags(repository), ['release']);
  const left = jsonOf<{ digest: string }[]>(await admin.get(artifacts));
  assert.deepEqual(new Set(left.map(({ digest }) => digest)), new Set(digests.slice(0, 3)));
});

test('undo brings back what was deleted after it and its items need, with the rights for that; both are told before', async () => {
  const [digest = '', other = ''] = await push('pay/later', ['v1', 'v2']);
  await push('pay/later', ['v3']);
  const items = ['v1', 'v2', 'v3'];
  await addUsers(server, ['untagger']);
  const role = {
    name: 'untagger',
    level: 'project',
    permissions: ['repository:list', 'tag:list', 'tag:delete'],
  };
  expectStatus(await sendJson(admin, 'POST', '/api/berth/v1/roles', role), 201);
  await grantRole(server, { username: 'untagger', role: 'untagger', place: 'pay' });
  const untagger = server.client({ username: 'untagger', password });
  const batch = await run(untagger, { action: 'delete-tags', project: 'pay', repository: 'later', items });
  const artifacts = '/api/v2.0/projects/pay/repositories/later/artifacts';
  for (const each of [digest, other]) expectStatus(await admin.call('DELETE', `${artifacts}/${each}`), 200);
  const asked = async (client: RegistryClient) =>
    jsonOf<Estimate>(await client.call('POST', `${path}/${batch.id}/undo?dry_run=true`));
  const less = await asked(untagger);
  assert.deepEqual(
    [less.total, less.going, less.staying, less.needed_count],
    [3, 1, [{ why: 'in the way', count: 2 }], undefined],
  );
  assert.equal(less.examples[0]?.because?.kind, 'needs hidden');
  const told = await asked(admin);
  assert.deepEqual([told.going, told.staying, told.needed_count], [3, [], 2]);
  const named = [digest, other].map((each) => `pay/later@${each}`);
  assert.deepEqual(told.needed?.toSorted(), named.toSorted());
  assert.deepEqual(await admin.tags('pay/later'), []);
  const partly = await undo(untagger, batch.id);
  assert.deepEqual([partly.done, partly.refused], [1, 2]);
  assert.deepEqual(await admin.tags('pay/later'), ['v3']);
  const [kept] = await itemsOf(untagger, partly.id, '&outcome=refused');
  assert.match(kept?.reason ?? '', /is in the trash, too/);
  const back = await undo(admin, batch.id);
  assert.deepEqual([back.done, back.refused, back.bytes], [2, 0, told.bytes]);
  assert.deepEqual((await admin.tags('pay/later')).toSorted(), items);
});

test('what is in the trash comes back by its list, a repository before what was in it', async () => {
  await push('pay/nested', ['v1', 'v2']);
  const tags = { action: 'delete-tags', project: 'pay', repository: 'nested', items: ['v2'] };
  await run(keeper, tags);
  await run(keeper, { action: 'delete-repositories', project: 'pay', items: ['pay/nested'] });
  const q = 'repository=pay/nested';
  const batch = await run(keeper, { action: 'restore', matching: { q }, count: 2 });
  assert.deepEqual([batch.done, batch.refused], [2, 0]);
  assert.deepEqual((await admin.tags('pay/nested')).toSorted(), ['v1', 'v2']);
});

async function makeLabel(name: string): Promise<number> {
  const label = { name, scope: 'p', project_id: pay };
  const { headers } = await sendJson(admin, 'POST', '/api/v2.0/labels', label);
  return Number(String(headers['location']).split('/').at(-1));
}

async function labelsIn(repository: string): Promise<Map<string, string[]>> {
  const artifacts = `/api/v2.0/projects/pay/repositories/${repository}/artifacts?with_label=true&page_size=100`;
  const all = jsonOf<{ digest: string; labels?: { name: string }[] | null }[]>(await admin.get(artifacts));
  return new Map(all.map(({ digest, labels }) => [digest, (labels ?? []).map(({ name }) => name)]));
}

test('a label is put on all that match but for those that have it, and undo takes it from exactly those', async () => {
  const digests = await push('pay/labelled', ['r-1', 'r-2', 'r-3', 'other']);
  const labelId = await makeLabel('release');
  const [first = '', second = '', third = '', other = ''] = digests;
  expectStatus(
    await sendJson(admin, 'POST', `/api/v2.0/projects/pay/repositories/labelled/artifacts/${first}/labels`, {
      id: labelId,
    }),
    200,
  );
  const body = {
    action: 'label-tags',
    project: 'pay',
    repository: 'labelled',
    label_id: labelId,
    matching: { name: 'r-' },
    count: 3,
  };
  const estimate = jsonOf<Estimate>(await send(keeper, { ...body, dry_run: true }));
  assert.deepEqual(
    [estimate.total, estimate.going, estimate.artifacts, estimate.tags, estimate.bytes, estimate.staying],
    [3, 2, 2, 0, 0, [{ why: 'unchanged', count: 1 }]],
  );
  const batch = await run(keeper, body);
  assert.deepEqual(
    [batch.status, batch.done, batch.refused, batch.restorable, batch.label],
    ['Success', 2, 1, 2, 'release'],
  );
  const because = { kind: 'label there', values: { label: 'release' } };
  assert.deepEqual(estimate.examples[0]?.because, because);
  const [labelled] = await itemsOf(keeper, batch.id, '&outcome=refused');
  assert.deepEqual(labelled?.because, because);
  const worn = (names: readonly string[][]): Map<string, string[]> =>
    new Map([first, second, third, other].map((digest, no) => [digest, names[no] ?? []]));
  assert.deepEqual(await labelsIn('labelled'), worn([['release'], ['release'], ['release'], []]));
  const back = await undo(keeper, batch.id);
  assert.deepEqual([back.status, back.done, back.undoes, back.label], ['Success', 2, batch.id, 'release']);
  assert.deepEqual(await labelsIn('labelled'), worn([['release'], [], [], []]));
  const after = jsonOf<Batch>(await keeper.get(`${path}/${batch.id}`));
  assert.deepEqual([after.restorable, after.undone_by], [0, back.id]);
  // What took it back is taken back, too.
  assert.equal((await undo(keeper, back.id)).done, 2);
  const taking = { ...body, action: 'unlabel-artifacts', matching: undefined, count: undefined };
  const taken = await run(keeper, { ...taking, items: digests });
  assert.deepEqual([taken.done, taken.refused], [3, 1]);
  assert.deepEqual(await labelsIn('labelled'), worn([[], [], [], []]));
  const marks = jsonOf<{ items: unknown[] }>(
    await admin.get('/api/berth/v1/audit?type=artifact.labelled&object=~pay/labelled'),
  );
  assert.equal(marks.items.length, 5);
});

test('a label needs its right, has to be there, and of the project or the system', async () => {
  await push('pay/bare', ['one']);
  const place = { project: 'pay', repository: 'bare', items: ['one'] };
  const labelId = await makeLabel('mine');
  const body = { ...place, action: 'label-tags', label_id: labelId };
  await grantRole(server, { username: 'tagger', role: 'guest', place: 'pay' });
  const tagger = server.client({ username: 'tagger', password });
  const estimate = jsonOf<Estimate>(await send(tagger, { ...body, dry_run: true }));
  assert.deepEqual([estimate.going, estimate.staying], [0, [{ why: 'no right', count: 1 }]]);
  assert.equal((await run(tagger, body)).refused, 1);
  assert.deepEqual([...(await labelsIn('bare')).values()], [[]]);
  expectRefusal(await send(keeper, { ...place, action: 'label-tags' }), 400, 'BAD_REQUEST');
  expectRefusal(await send(keeper, { ...body, label_id: 999_999 }), 404, 'NOT_FOUND');
  await makeProject(admin, 'shop');
  const elsewhere = {
    action: 'label-tags',
    project: 'shop',
    repository: 'app',
    items: ['v1'],
    label_id: labelId,
  };
  await admin.pushImage('shop/app', 'v1', imageOf({ seed: 'shop', layers: [1000] }));
  expectRefusal(await send(admin, elsewhere), 404, 'NOT_FOUND');
  expectRefusal(await keeper.call('POST', `${path}/${(await run(tagger, body)).id}/undo`), 404, 'NOT_FOUND');
});

test('whose change was taken back finds also what took that back in turn', async () => {
  await push('pay/turns', ['v1']);
  await addUsers(server, ['second', 'third']);
  for (const username of ['second', 'third'])
    await grantRole(server, { username, role: 'projectAdmin', place: 'pay' });
  const [second, third] = ['second', 'third'].map((username) => server.client({ username, password })) as [
    RegistryClient,
    RegistryClient,
  ];
  const labelId = await makeLabel('turns');
  const body = {
    action: 'label-tags',
    project: 'pay',
    repository: 'turns',
    items: ['v1'],
    label_id: labelId,
  };
  const first = await run(keeper, body);
  const back = await undo(second, first.id);
  const again = await undo(third, back.id);
  const seen = jsonOf<Batch>(await keeper.get(`${path}/${back.id}`));
  assert.equal(seen.undone_by, again.id);
  assert.equal(jsonOf<Batch>(await keeper.get(`${path}/${again.id}`)).undoes, back.id);
  const listed = jsonOf<Batch[]>(await keeper.get(`${path}?all=true&page_size=100`));
  assert.deepEqual(
    listed.filter(({ id }) => id >= first.id).map(({ id }) => id),
    [again.id, back.id, first.id],
  );
  for (const username of ['dev', 'eve'])
    expectRefusal(await server.client({ username, password }).get(`${path}/${again.id}`), 404, 'NOT_FOUND');
});
