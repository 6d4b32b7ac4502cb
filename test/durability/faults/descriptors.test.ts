// A process that may not open another file.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { launcher } from '../../harness/berth-command.ts';
import { seededBytes } from '../../harness/image.ts';
import { BerthServer } from '../../harness/start-server.ts';
import { temporaryFolder } from '../../harness/temporary-folder.ts';
import { waitUntil } from '../../harness/wait-until.ts';
import { FaultTrial } from './fault-trial.ts';

/** The launcher under a limit that the server cannot raise. */
function launcherWith(openFiles: number): string {
  const file = join(temporaryFolder(), 'berth');
  writeFileSync(file, `#!/bin/sh\nulimit -n ${openFiles}\nexec '${launcher}' "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}

function openFiles(pid: number): number[] {
  return readdirSync(`/proc/${pid}/fd`).map(Number);
}

function limitTo(pid: number, count: number): void {
  const { status, stderr, error } = spawnSync('prlimit', ['--pid', `${pid}`, `--nofile=${count}:`], {
    encoding: 'utf8',
  });
  if (error !== undefined) throw new Error('this suite needs prlimit (Debian: util-linux)', { cause: error });
  assert.equal(status, 0, stderr);
}

test('without a free file descriptor pushes get 503, pulls go on, and the next push after it works', async () => {
  await using server = await BerthServer.start();
  await new FaultTrial(server).run({
    name: 'no file descriptor is left (ulimit -n)',
    begin: () => {
      const used = new Set(openFiles(server.pid));
      let free = 0;
      while (used.has(free)) free += 1;
      limitTo(server.pid, free);
    },
    end: () => limitTo(server.pid, 1024),
    statuses: [503],
    told: /as many files and connections open as it may: .*ulimit -n/,
    cause: /EMFILE/,
    recovered: 'by the next push',
  });
});

test('connections that use all descriptors up keep others out only as long as they last', async () => {
  await using server = await BerthServer.start({ launcher: launcherWith(200) });
  const trial = new FaultTrial(server);
  await trial.mustPush();
  const idle: Socket[] = [];
  for (let count = 0; count < 300; count++) {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => socket.destroy());
    idle.push(socket);
  }
  await waitUntil('all descriptors in use', () => openFiles(server.pid).length >= 195);
  for (const socket of idle) socket.destroy();
  await waitUntil('the connections are gone', () => openFiles(server.pid).length < 100);
  await trial.mustPush();
  assert.deepEqual(await trial.lostAlsoAfterKill(), []);
});

test('blobs that were pulled hold no descriptors that a push needs', async () => {
  await using server = await BerthServer.start({ launcher: launcherWith(256) });
  const client = server.client();
  const trial = new FaultTrial(server);
  for (let count = 0; count < 300; count++) {
    const bytes = seededBytes(`pulled ${count}`, 65 * 1024);
    await client.pushBlob('library/many', bytes);
    await client.pullBlob('library/many', bytes);
  }
  await trial.mustPush();
});
