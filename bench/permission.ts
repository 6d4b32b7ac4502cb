// What the permission check is of the CPU time of a manifest GET: the server's time for a GET, and that of the check alone,
// in one run.
//
//   npm run bench:permission

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { can } from '../src/access/authorize.ts';
import type { Grant } from '../src/access/grants/grant-reads.ts';
import { makeImage } from './load/blob.ts';
import { pushBlob, putManifest, writerOf } from './load/push.ts';
import { requestLoad } from './load/request-load.ts';
import { administrator, createBenchProject, startBerth } from './servers/berth.ts';

const checks = 200_000;
const targetPercent = 5;

const project = { id: 1_000, name: 'bench', public: false, sparseManifests: false };
const whole: Grant = {
  role: 'guest',
  scope: 'project',
  projectId: project.id,
  repositoryPattern: null,
  tagPattern: null,
  expiresAt: null,
};

/** Of a caller with one grant, and of one with 300 by pattern in 150 projects, the last of which is this one. */
const callers: readonly (readonly [string, readonly Grant[]])[] = [
  ['1 grant', [whole]],
  [
    '300 grants by pattern',
    Array.from(
      { length: 300 },
      (_, at): Grant => ({
        ...whole,
        scope: 'repository',
        projectId: project.id - 149 + (at % 150),
        repositoryPattern: at % 2 === 0 ? 'team/**' : 'img',
      }),
    ),
  ],
];

/** CPU time of one check, in microseconds. */
function checkUs(grants: readonly Grant[]): number {
  const resource = { project, path: 'img', tag: 'latest' };
  const run = (): void => {
    for (let at = 0; at < checks; at++) {
      if (!can(grants, 'repository:pull', resource, at).allowed) throw new Error('refused');
    }
  };
  run();
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / checks;
}

const folder = mkdtempSync(join(tmpdir(), 'berth-bench-'));
chmodSync(folder, 0o711);
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const target = await startBerth('sqlite', 'dist', folder);
createBenchProject('dist', folder);
const writer = writerOf(target);
const image = makeImage('bench-image');
for (const blob of [...image.layers, image.config]) await pushBlob(writer, 'bench/img', blob);
await putManifest(writer, 'bench/img', 'latest', image.manifest);
writer.close();
const load = { method: 'GET', path: '/v2/bench/img/manifests/latest', connections: 16, seconds: 3 } as const;
await requestLoad(target, { ...load, authorization: administrator });
const { cpu = Number.NaN } = await requestLoad(target, { ...load, authorization: administrator });
await target.stop();
console.log(`GET of a manifest by tag: ${cpu.toFixed(1)} µs of CPU`);
for (const [name, grants] of callers) {
  const us = checkUs(grants);
  const percent = (100 * us) / (cpu - us);
  const told = percent < targetPercent ? 'below' : 'NOT below';
  console.log(`check, ${name}: ${us.toFixed(2)} µs, ${percent.toFixed(1)} % (${told} ${targetPercent} %)`);
  if (percent >= targetPercent) process.exitCode = 1;
}
