import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renameProject } from '../../../access/projects/rename-project.ts';
import { moveRepository } from '../../../content/artifacts/moving/move-repository.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  projectId,
  pushBlob,
  putManifest,
  testActor,
} from '../../../content/testing/world.ts';
import { AppError } from '../../../lib/errors.ts';
import { dialects } from '../../../platform/db/testing/test-database.ts';
import type { RetentionPolicy } from '../plan/policy.ts';
import { putInUseList } from '../store/in-use-store.ts';
import { runAll } from '../testing/run-all.ts';
import { parseImage } from './parse-image.ts';

const digest = `sha256:${'ab'.repeat(32)}`;

test('an image is read with or without a registry, a tag, a digest', () => {
  const cases: readonly [string, string, string, string][] = [
    ['pay/api:v1', 'pay/api', 'v1', ''],
    ['registry.example/pay/team/api:v1', 'pay/team/api', 'v1', ''],
    ['localhost:5000/pay/api', 'pay/api', 'latest', ''],
    ['localhost/pay/api:v1', 'pay/api', 'v1', ''],
    [`registry.example:5000/pay/api:v1@${digest}`, 'pay/api', 'v1', digest],
    [`docker-pullable://pay/api@${digest}`, 'pay/api', '', digest],
    ['nginx', 'library/nginx', 'latest', ''],
  ];
  for (const [text, repository, tag, named] of cases)
    assert.deepEqual(parseImage(text, 'library'), { repository, tag, digest: named }, text);
  assert.equal(parseImage('registry.example/nginx', 'team').repository, 'team/nginx');
  for (const text of ['', 'a b', 'Pay/api', 'pay/api:', 'pay/api@sha256:12', 'pay/api:v 1', '-x'])
    assert.throws(() => parseImage(text, 'library'), AppError, text);
});

const selector = { kind: 'doublestar', pattern: '**', extras: '' };
const policy: RetentionPolicy = {
  rules: [
    {
      id: 0,
      priority: 0,
      disabled: false,
      template: 'latestPushedK',
      params: { latestPushedK: 0 },
      tags: [{ ...selector, decoration: 'matches' }],
      repositories: [{ ...selector, decoration: 'repoMatches' }],
    },
  ],
  cron: '',
  untag: false,
  keepPulledDays: 0,
};

for (const dialect of dialects) {
  test(`nothing is deleted once a list has ended, and again when it is renewed (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db, deps } = world;
    const layer = Buffer.from('layer');
    await pushBlob(deps, layer);
    for (const tag of ['v1', 'v2'])
      await putManifest(
        deps,
        tag,
        imageManifest([{ digest: digestOf(layer), size: layer.length }], { annotations: { tag } }),
      );
    const now = await db.now();
    const list = (expiresAt: number) =>
      db.transaction((tx) =>
        putInUseList(tx, { cluster: 'prod', now, expiresAt, by: 'user:1' }, [
          parseImage('library/app:v1', 'library'),
        ]),
      );
    const run = { policyId: 1, policy, projectId, actor: testActor, now, dryRun: false };
    await list(now - 1);
    const held = await runAll(db, run);
    assert.equal(held.kept, 2);
    assert.match(held.log.join('\n'), /the list of images in use of the cluster prod has ended/);
    await list(now + 1_000_000);
    assert.equal((await runAll(db, run)).kept, 1);
  });

  test(`what a cluster knows by an earlier name of the repository or the project stays (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db, deps } = world;
    const layer = Buffer.from('layer');
    await pushBlob(deps, layer);
    for (const tag of ['v1', 'v2'])
      await putManifest(
        deps,
        tag,
        imageManifest([{ digest: digestOf(layer), size: layer.length }], { annotations: { tag } }),
      );
    const now = await db.now();
    await db.transaction((tx) =>
      putInUseList(tx, { cluster: 'prod', now, expiresAt: now + 1_000_000, by: 'user:1' }, [
        parseImage('library/app:v1', 'library'),
      ]),
    );
    const kept = { keptMs: 60_000, actor: testActor };
    const [from, to] = ['app', 'new'].map((path) => ({ projectId, path }));
    assert.ok(from !== undefined && to !== undefined);
    await moveRepository({ db }, { from, to, ...kept });
    await renameProject({ db }, { projectId, name: 'books', ...kept });
    const run = { policyId: 1, policy, projectId, actor: testActor, now, dryRun: false };
    const { kept: stayed, log } = await runAll(db, run);
    assert.equal(stayed, 1, log.join('\n'));
    const tags = await db.reader.builder.selectFrom('live_tag').select('name').execute();
    assert.deepEqual(
      tags.map(({ name }) => name),
      ['v1'],
    );
  });
}
