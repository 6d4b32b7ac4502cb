// File systems that are full, or that can only be read any more.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { smallDisk } from '../../harness/small-disk.ts';
import { BerthServer, NotStarted } from '../../harness/start-server.ts';
import { waitUntil } from '../../harness/wait-until.ts';
import { Ext4Disk } from './ext4-disk.ts';
import { FaultTrial } from './fault-trial.ts';

const mebibyte = 1024 * 1024;
const probe = smallDisk(mebibyte);
const skip = 'missing' in probe ? probe.missing : false;

function diskOf(bytes: number): string {
  const disk = smallDisk(bytes);
  assert.ok('folder' in disk);
  return disk.folder;
}

test('a disk without a byte left under the storage refuses content with 507, and takes it again when there is room', {
  skip,
}, async () => {
  const disk = diskOf(64 * mebibyte);
  const filler = join(disk, 'filler');
  await using server = await BerthServer.start({
    storage: join(disk, 'storage'),
    args: ['--storage-reserve', '0'],
  });
  await new FaultTrial(server).run({
    name: 'ENOSPC: no byte left under the storage',
    begin: () => {
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(filler, Buffer.alloc(bavail * bsize));
    },
    end: () => rmSync(filler),
    statuses: [507],
    told: /the storage is full/,
    cause: /ENOSPC/,
    recovered: 'by the next push',
  });
});

function remount(disk: string, how: 'ro' | 'rw'): boolean {
  const { status, stderr } = spawnSync('mount', ['-o', `remount,${how}`, disk], { encoding: 'utf8' });
  assert.ok(status === 0 || /busy/.test(stderr), stderr);
  return status === 0;
}

test('a storage that is remounted read-only refuses content with 503 and serves what it has', {
  skip,
}, async () => {
  const disk = diskOf(64 * mebibyte);
  await using server = await BerthServer.start({ storage: join(disk, 'storage') });
  await new FaultTrial(server).run({
    name: 'the storage is remounted read-only',
    // Not as long as a file of the last push is being closed.
    begin: async () => void (await waitUntil('the disk is not busy', () => remount(disk, 'ro'))),
    end: () => void remount(disk, 'rw'),
    statuses: [503],
    told: /the storage can only be read/,
    cause: /EROFS/,
    recovered: 'by the next push',
  });
});

const ext4 = Ext4Disk.make(256 * mebibyte);

test('an ext4 that the kernel makes read-only under everything ends the server; repaired, it has all that was acknowledged', {
  skip: ext4 instanceof Ext4Disk ? false : ext4.missing,
}, async () => {
  assert.ok(ext4 instanceof Ext4Disk);
  await using server = await BerthServer.start({ data: join(ext4.folder, 'data') });
  const trial = new FaultTrial(server);
  for (let count = 0; count < 3; count++) await trial.mustPush();
  const before = trial.acknowledged.count;
  const outcome = await trial.untilCut(() => ext4.fail(), server.ended);
  const during = trial.acknowledged.count - before;
  assert.equal(outcome.code, 11, outcome.stderr);
  await assert.rejects(server.restart(), (error) => {
    assert.ok(error instanceof NotStarted);
    assert.equal(error.outcome.code, 5);
    assert.match(error.outcome.stderr, /EROFS/);
    return true;
  });
  ext4.repairAndMountAgain();
  await server.restart();
  await trial.mustPush();
  const lost = await trial.lostAlsoAfterKill();
  trial.report({
    fault: 'ext4 under data and storage finds an error and becomes read-only',
    before,
    during,
    lost: lost.length,
    pulls: 'end with the process',
    recovered: 'exit code 11, starts refused with 5 until it was repaired and mounted again',
  });
  assert.deepEqual(lost, []);
});
