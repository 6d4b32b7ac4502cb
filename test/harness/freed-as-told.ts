import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { berth } from './berth-command.ts';
import { childOf, imageOf, indexOf } from './image.ts';
import { listing } from './listing.ts';
import { expectStatus, type RegistryClient } from './registry-client.ts';
import { jsonOf, makeProject } from './rest.ts';
import { endedRun, makePolicy, retentionRule } from './retention.ts';
import type { BerthServer } from './start-server.ts';
import { waitUntil } from './wait-until.ts';

const policies = '/api/berth/v1/projects/told/retention';

interface Told {
  readonly plan_id: number;
  readonly dropped_artifacts: number;
  readonly freed_bytes: number;
  readonly collected_bytes: number;
}

interface Stored {
  readonly digests: ReadonlySet<string>;
  readonly bytes: number;
}

/** The files of the blobs. */
function storedIn({ storage }: BerthServer): Stored {
  const folder = join(storage, 'docker/registry/v2/blobs');
  const files = listing(folder).filter((path) => path.endsWith('/data'));
  return {
    digests: new Set(files.map((path) => `sha256:${basename(dirname(path))}`)),
    bytes: files.reduce((sum, path) => sum + statSync(join(folder, path)).size, 0),
  };
}

async function usedBy(client: RegistryClient, projectId: number): Promise<number> {
  const quotas = await client.get(`/api/v2.0/quotas?reference=project&reference_id=${projectId}`);
  const [quota] = jsonOf<{ used: { storage: number } }[]>(quotas);
  return quota?.used.storage ?? assert.fail(`project ${projectId} has no quota`);
}

/** Images with layers that they share within their repository, with another one, and with another project; all manifests. */
async function fill(client: RegistryClient): Promise<readonly string[]> {
  const manifests: string[] = [];
  for (const no of [1, 2, 3, 4, 5]) {
    const image = imageOf({ seed: `told ${no % 3}`, layers: [10_000 + no, 3000, 70_000 + (no % 2)] });
    manifests.push(image.manifest.digest);
    await client.pushImage('told/app', `v${no}`, image);
    if (no < 4) await client.pushImage('told/web', `w${no}`, image);
    if (no === 2) await client.pushImage('other/app', 'kept', image);
  }
  const child = imageOf({ seed: 'told child', layers: [4321] });
  await client.pushImage('told/app', child.manifest.digest, child);
  const index = indexOf([childOf(child.manifest)]);
  const headers = { 'content-type': index.mediaType };
  expectStatus(await client.call('PUT', '/v2/told/app/manifests/multi', { headers, body: index.bytes }), 201);
  return [...manifests, child.manifest.digest, index.digest];
}

async function collected(
  server: BerthServer,
  verb: 'plan' | 'run',
  args: readonly string[],
): Promise<number> {
  const done = await berth(['gc', verb, '-o', 'json', '--data', server.data, ...args]);
  assert.equal(done.code, 0, done.stderr);
  return (JSON.parse(done.stdout) as { freed_space: number }).freed_space;
}

/** On a server whose collection waits for nothing. */
export async function requireFreedAsTold(server: BerthServer): Promise<void> {
  const client = server.client();
  const projectId = await makeProject(client, 'told');
  await makeProject(client, 'other');
  const manifests = await fill(client);
  // Manifests are copied to the storage behind the answer.
  await waitUntil(
    'all manifests are copied',
    () => {
      const stored = storedIn(server);
      return manifests.every((digest) => stored.digests.has(digest));
    },
    60_000,
  );
  assert.equal(await collected(server, 'run', []), 0);
  const before = storedIn(server);
  const policyId = await makePolicy(client, projectId, [retentionRule({ template: 'latestPushedK', n: 1 })]);
  const used = await usedBy(client, projectId);
  const shown = await client.call('POST', `${policies}/preview`, {
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  const told = jsonOf<Told>(shown);
  const { freed_bytes: freed, collected_bytes: given } = told;
  assert.ok(told.dropped_artifacts >= 5, `${told.dropped_artifacts} artifacts go`);
  assert.ok(given > 0 && given < freed, `${given} of ${freed} are nobody else's`);
  const { execution_id: run } = jsonOf<{ execution_id: number }>(
    await client.call('POST', `${policies}/plans/${told.plan_id}/apply`),
    202,
  );
  assert.equal((await endedRun(client, policyId, run)).status, 'Success');
  assert.equal(used - (await usedBy(client, projectId)), freed, 'what the project is relieved of');
  const trash = jsonOf<{ size: number }[]>(
    await client.get('/api/berth/v1/trash?q=project=told&page_size=100'),
  );
  assert.equal(
    trash.reduce((sum, { size }) => sum + size, 0),
    freed,
    'what the trash says it has',
  );
  assert.equal(await collected(server, 'plan', []), 0, 'the trash keeps it');
  assert.deepEqual(storedIn(server), before);
  assert.equal(await collected(server, 'plan', ['--purge-trash']), given, 'what a collection would free');
  assert.equal(await collected(server, 'run', ['--purge-trash']), given, 'what it says it freed');
  assert.equal(before.bytes - storedIn(server).bytes, given, 'what the storage was relieved of');
  await client.pullImage('other/app', 'kept', imageOf({ seed: 'told 2', layers: [10_002, 3000, 70_000] }));
}
