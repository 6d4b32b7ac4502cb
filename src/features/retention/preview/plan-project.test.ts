import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyManifests } from '../../../content/artifacts/copy-manifests.ts';
import { copyArtifact } from '../../../content/artifacts/copying/copy-artifact.ts';
import { deleteWithDependents } from '../../../content/artifacts/delete-with-dependents.ts';
import { collect } from '../../../content/garbage/testing/collect.ts';
import { openTwoProjects, otherProject } from '../../../content/testing/open-two-projects.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  projectId,
  pushBlob,
  putManifest,
  testActor,
  type World,
} from '../../../content/testing/world.ts';
import { type Chance, seededChance } from '../../../lib/chance.testing.ts';
import { AppError } from '../../../lib/errors.ts';
import { requireDigest } from '../../../lib/oci/digest.ts';
import { mediaTypes } from '../../../lib/oci/media-types.ts';
import { dialects } from '../../../platform/db/testing/test-database.ts';
import { type RetentionPolicy, requirePolicy, type Template } from '../plan/policy.ts';
import { insertPlan } from '../store/plan-store.ts';
import { insertPolicy, updatePolicy } from '../store/policy-store.ts';
import { runAll } from '../testing/run-all.ts';
import { applyPlan } from './apply-plan.ts';
import { planProject } from './plan-project.ts';

function policyOf(template: Template, n: number, pattern = '**', more: Partial<RetentionPolicy> = {}) {
  const selector = { kind: 'doublestar', pattern, extras: '' };
  return {
    rules: [
      {
        id: 0,
        priority: 0,
        disabled: false,
        template,
        params: { [template]: n },
        tags: [{ ...selector, decoration: 'matches' }],
        repositories: [{ ...selector, pattern: '**', decoration: 'repoMatches' }],
      },
    ],
    cron: '',
    untag: false,
    keepPulledDays: 0,
    ...more,
  } satisfies RetentionPolicy;
}

const descriptorOf = (bytes: Uint8Array, mediaType: string = mediaTypes.ociManifest) => ({
  mediaType,
  digest: digestOf(bytes),
  size: bytes.length,
});

/** Images that share layers, in several repositories, indexes of them, and signatures; another project has one of them, too. */
async function fill(world: World, chance: Chance): Promise<void> {
  const { deps } = world;
  for (const name of ['library/a', 'library/b', 'library/c']) {
    const made: Buffer[] = [];
    const layer = async () => {
      const bytes = Buffer.from('x'.repeat(50 + chance.whole(6)));
      await pushBlob(deps, bytes, name);
      return { digest: digestOf(bytes), size: bytes.length };
    };
    for (let no = 0; no < 6; no += 1) {
      const kind = chance.whole(made.length < 2 ? 1 : 3);
      const layers = [await layer(), await layer()];
      const tags = Array.from({ length: chance.whole(3) }, () => `t${chance.whole(5)}`);
      const children = [chance.pick(made.length === 0 ? [Buffer.of()] : made)];
      const bytes =
        kind === 1
          ? Buffer.from(
              JSON.stringify({
                schemaVersion: 2,
                mediaType: mediaTypes.ociIndex,
                annotations: { no: String(no) },
                manifests: children.map((child) => descriptorOf(child)),
              }),
            )
          : imageManifest(layers, kind === 2 ? { subject: descriptorOf(children[0] ?? Buffer.of()) } : {});
      const type = kind === 1 ? mediaTypes.ociIndex : mediaTypes.ociManifest;
      const [first, ...more] = tags;
      for (const reference of [first ?? digestOf(bytes), ...more])
        await putManifest(deps, reference, bytes, { name, type });
      if (kind === 0) made.push(bytes);
    }
    const shared = { kind: 'digest', digest: digestOf(chance.pick(made)) } as const;
    await copyArtifact(world, {
      source: { repositoryName: name, reference: shared },
      projectId: otherProject,
      repositoryName: 'other/app',
      sparse: false,
      allowsTag: () => true,
      actor: testActor,
    });
  }
}

async function usedBytes({ db }: World): Promise<number> {
  const row = await db.reader.builder
    .selectFrom('project_usage')
    .select('used_bytes')
    .where('project_id', '=', projectId)
    .executeTakeFirstOrThrow();
  return row.used_bytes;
}

async function inTrash({ db }: World): Promise<number> {
  const rows = await db.reader.builder.selectFrom('trash').select('freed_bytes as bytes').execute();
  return rows.reduce((sum, { bytes }) => sum + bytes, 0);
}

function requireRefusal(code: string, message: RegExp) {
  return (error: unknown): true => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  };
}

for (const dialect of dialects) {
  test(`what a plan says is what a run moves to the trash and a collection then frees, to the byte (${dialect})`, async () => {
    let [dropped, shared] = [0, 0];
    for (let seed = 1; seed <= (dialect === 'sqlite' ? 12 : 3); seed += 1) {
      await using world = await openTwoProjects(dialect);
      const { db } = world;
      const chance = seededChance(seed);
      await fill(world, chance);
      await copyManifests(world.deps);
      await collect(world);
      const policy = policyOf('latestPushedK', chance.whole(3), chance.pick(['**', 't1', 't{2,3}']));
      const now = await db.now();
      const before = await usedBytes(world);
      const { totals } = await planProject(db, { projectId, policy, now });
      assert.equal(await usedBytes(world), before, 'a plan changes nothing');
      const run = { policyId: 1, policy, projectId, actor: testActor, now };
      const dry = await runAll(db, { ...run, dryRun: true });
      assert.equal(dry.kept, totals.artifacts - totals.dropped, `seed ${seed}`);
      assert.equal(await usedBytes(world), before, 'a dry run changes nothing');
      const { freedBytes, kept, log } = await runAll(db, { ...run, dryRun: false });
      assert.equal(kept, totals.artifacts - totals.dropped, `seed ${seed}: ${log.join('\n')}`);
      assert.equal(freedBytes, totals.freedBytes, `seed ${seed}`);
      assert.equal(await inTrash(world), totals.freedBytes, `seed ${seed}`);
      assert.equal(before - (await usedBytes(world)), totals.freedBytes, `seed ${seed}`);
      const again = await runAll(db, { ...run, dryRun: false });
      if (policy.rules[0]?.tags[0]?.pattern === '**')
        assert.equal(again.kept, kept, 'a second run finds nothing to do');
      const waiting = await collect(world);
      assert.equal(waiting.bytes, 0, `seed ${seed}: the trash keeps it`);
      const { bytes } = await collect(world, { purgeTrash: true });
      if (again.kept === kept) assert.equal(bytes, totals.collectedBytes, `seed ${seed}`);
      dropped += totals.dropped;
      shared += totals.freedBytes - totals.collectedBytes;
    }
    assert.ok(dropped > 10, `${dropped} artifacts went`);
    assert.ok(shared > 0, 'the other project needs some of it');
  });

  test(`what each artifact alone gives back is told, to the byte (${dialect})`, async () => {
    let told = 0;
    for (let seed = 1; seed <= (dialect === 'sqlite' ? 6 : 2); seed += 1) {
      await using world = await openTwoProjects(dialect);
      const { db } = world;
      const chance = seededChance(seed);
      await fill(world, chance);
      await copyManifests(world.deps);
      for (let done = false; !done; ) {
        await collect(world, { purgeTrash: true });
        const rows: {
          readonly name: string;
          readonly id: number;
          readonly digest: string;
          readonly bytes: number;
        }[] = [];
        await planProject(db, {
          projectId,
          policy: policyOf('latestPushedK', 0),
          now: await db.now(),
          each: ({ name }, verdicts, unique) => {
            for (const { candidate } of verdicts)
              if (candidate.heldBy.length === 0)
                rows.push({
                  name,
                  id: candidate.id,
                  digest: candidate.digest,
                  bytes: unique.get(candidate.id) ?? 0,
                });
          },
        });
        done = rows.length === 0;
        if (done) break;
        const { name, digest, bytes } = chance.pick(rows);
        const reference = { kind: 'digest', digest: requireDigest(digest) } as const;
        await deleteWithDependents(world, { projectId, repositoryName: name, actor: testActor, reference });
        const freed = await collect(world, { purgeTrash: true });
        assert.equal(freed.bytes, bytes, `seed ${seed}: ${name}@${digest}`);
        told += 1;
      }
    }
    assert.ok(told > 10);
  });

  test(`untagging takes tags away and nothing else (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db, deps } = world;
    const layer = Buffer.from('layer');
    await pushBlob(deps, layer);
    const [a, b] = [1, 2].map((no) =>
      imageManifest([{ digest: digestOf(layer), size: layer.length }], { annotations: { no: String(no) } }),
    ) as [Buffer, Buffer];
    await putManifest(deps, 'old', a);
    await putManifest(deps, 'new', b);
    const policy = policyOf('always', 0, 'new', { untag: true });
    const now = await db.now();
    const before = await usedBytes(world);
    const { totals } = await planProject(db, { projectId, policy, now });
    assert.deepEqual([totals.droppedTags, totals.freedBytes], [1, 0]);
    await runAll(db, { policyId: 1, policy, projectId, actor: testActor, now, dryRun: false });
    const tags = await db.reader.builder.selectFrom('live_tag').select('name').execute();
    const artifacts = await db.reader.builder.selectFrom('live_artifact').select('id').execute();
    assert.deepEqual([tags.map(({ name }) => name), artifacts.length], [['new'], 2]);
    assert.equal(await usedBytes(world), before);
    const again = await planProject(db, { projectId, policy, now });
    assert.equal(again.totals.dropped, 0);
  });

  test(`what has got a tag since it was decided about stays (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db, deps } = world;
    const layer = Buffer.from('layer');
    await pushBlob(deps, layer);
    const manifest = imageManifest([{ digest: digestOf(layer), size: layer.length }]);
    await putManifest(deps, 'v1', manifest);
    const policy = policyOf('latestPushedK', 0);
    const planned = new Map([[digestOf(manifest) as string, ['v1']]]);
    await putManifest(deps, 'prod', manifest);
    const run = { policyId: 1, policy, projectId, actor: testActor, now: await db.now(), dryRun: false };
    const { kept, log } = await runAll(db, { ...run, planned });
    assert.equal(kept, 1);
    assert.match(log.join('\n'), /the plan knew other tags of it: v1/);
    assert.equal((await runAll(db, { ...run, planned: new Map() })).kept, 1);
    assert.equal((await runAll(db, run)).kept, 0);
  });

  test(`a plan is carried out once, before its end, while nothing has changed (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db, deps } = world;
    const layer = Buffer.from('layer');
    await pushBlob(deps, layer);
    const image = (no: number) =>
      imageManifest([{ digest: digestOf(layer), size: layer.length }], { annotations: { no: String(no) } });
    await putManifest(deps, 'v1', image(1));
    const policy = policyOf('latestPushedK', 0);
    const definition = requirePolicy(policy);
    const now = await db.now();
    const policyId = await db.transaction((tx) => insertPolicy(tx, { projectId, definition, now }));
    assert.ok(policyId !== undefined);
    const project = { id: projectId, name: 'library' };
    const make = async (expiresAt: number): Promise<number> => {
      const madeAt = await db.now();
      const planned = await planProject(db, { projectId, policy, now: madeAt });
      const plan = { projectId, definition, madeAt, expiresAt, madeBy: 'user:1', reason: '' };
      return db.transaction((tx) => insertPlan(tx, plan, planned));
    };
    const apply = (planId: number, of = project) =>
      applyPlan({ db }, { project: of, planId, actor: testActor });
    const late = await make(now - 1);
    await assert.rejects(apply(late), requireRefusal('PRECONDITION', /^plan \d+ ended at /));
    const first = await make(now + 1_000_000);
    const elsewhere = { id: 99, name: 'other' };
    await assert.rejects(apply(first, elsewhere), requireRefusal('NOT_FOUND', /has no retention plan/));
    await putManifest(deps, 'v2', image(2));
    await assert.rejects(
      apply(first),
      requireRefusal(
        'PRECONDITION',
        /has changed since plan \d+ was made: library\/app@sha256:\w+ \(v2\) would go, too$/,
      ),
    );
    const second = await make(now + 1_000_000);
    const { executionId } = await apply(second);
    await assert.rejects(
      apply(second),
      requireRefusal('CONFLICT', new RegExp(`^plan ${second} is carried out by run ${executionId} already$`)),
    );
    const third = await make(now + 1_000_000);
    const other = requirePolicy(policyOf('latestPushedK', 5));
    await db.transaction((tx) => updatePolicy(tx, { id: policyId, definition: other, now }));
    await assert.rejects(
      apply(third),
      requireRefusal('PRECONDITION', /is not of the policy that the project has now/),
    );
  });
}
