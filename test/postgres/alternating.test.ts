// An upload whose chunks come to several instances is read once more at its end, and no more than once. Counted by
// what the kernel says that the instances have read (files and sockets), and by what they log.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { digestOf, seededBytes } from '../harness/image.ts';
import { expectStatus, locationOf, piecesOf } from '../harness/registry-client.ts';
import type { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { SharedDatabase } from './two-servers.ts';

const mib = 1024 * 1024;
const chunks = 9;

const database = await SharedDatabase.create();
after(() => database[Symbol.asyncDispose]());
const [one, two, three] = await Promise.all(['one', 'two', 'three'].map((name) => database.start(name)));
assert.ok(one !== undefined && two !== undefined && three !== undefined);

const readBeforeItsEnd = new Map<BerthServer, number>();

/** By every system call of the process, of all its threads (proc_pid_io(5), `rchar`). */
function bytesRead(server: BerthServer): number {
  const known = readBeforeItsEnd.get(server);
  if (known !== undefined) return known;
  const found = /^rchar: (\d+)$/m.exec(readFileSync(`/proc/${server.pid}/io`, 'utf8'));
  assert.ok(found?.[1] !== undefined);
  return Number(found[1]);
}

const readByAll = (servers: readonly BerthServer[]): number =>
  servers.map(bytesRead).reduce((sum, bytes) => sum + bytes, 0);

interface Way {
  /** Which instance is sent the chunk; the one behind the last is the closing PUT. */
  readonly to: (no: number) => BerthServer;
  /** The closing PUT has the last chunk. */
  readonly lastInPut?: boolean;
  readonly before?: (no: number) => Promise<void>;
}

/** Pushes one blob and returns its size, and how many bytes were read beyond it, in parts of its size. */
async function extraReads(
  sizeBytes: number,
  servers: readonly BerthServer[],
  { to, lastInPut = false, before }: Way,
): Promise<number> {
  const bytes = seededBytes(`alternating ${sizeBytes}`, sizeBytes);
  const pieces = [...piecesOf(bytes, Math.ceil(sizeBytes / chunks))];
  const last = lastInPut ? pieces.pop() : undefined;
  const clients = new Map(servers.map((server) => [server, server.client()]));
  const clientOf = (no: number) => {
    const client = clients.get(to(no));
    assert.ok(client !== undefined);
    return client;
  };
  const start = readByAll(servers);
  let location = await clientOf(0).startUpload('hello');
  let offset = 0;
  for (const [no, piece] of pieces.entries()) {
    await before?.(no);
    const range = { 'Content-Range': `${offset}-${offset + piece.length - 1}` };
    const answer = await clientOf(no).patch(location, piece, range);
    expectStatus(answer, 202);
    offset += piece.length;
    location = locationOf(answer);
  }
  expectStatus(await clientOf(pieces.length).finishUpload(location, digestOf(bytes), last), 201);
  const extra = (readByAll(servers) - start) / sizeBytes - 1;
  await clientOf(1).pullBlob('hello', bytes);
  return extra;
}

/** How often all instances have logged that an upload of this size was read once more. */
const toldOf = (servers: readonly BerthServer[], sizeBytes: number): number =>
  servers.flatMap(({ log }) => log.filter((line) => isReadAgain(line['msg']) && line['bytes'] === sizeBytes))
    .length;

const isReadAgain = (message: unknown): boolean =>
  typeof message === 'string' && message.startsWith('an upload is read once more');

const all = [one, two, three];
let sizeBytes = 24 * mib;

for (const [what, way, reads] of [
  ['one instance alone', { to: () => two }, 0],
  ['two instances', { to: (no) => (no % 2 === 0 ? one : two) }, 1],
  ['three instances', { to: (no) => all[no % 3] ?? one }, 1],
  [
    'three instances, the last chunk in the closing PUT',
    { to: (no) => all[no % 3] ?? one, lastInPut: true },
    1,
  ],
  ['one instance, closed by another', { to: (no) => (no < chunks ? one : three) }, 1],
] as const satisfies readonly (readonly [string, Way, number])[]) {
  test(`an upload to ${what} is read ${reads === 0 ? 'never' : 'once'} again`, async (t) => {
    // Each its own, by which its lines in the log are known.
    sizeBytes += 1;
    const extra = await extraReads(sizeBytes, all, way);
    t.diagnostic(`${extra.toFixed(3)} extra reads of its ${(sizeBytes / mib).toFixed(0)} MiB`);
    assert.ok(extra > reads - 0.1 && extra < reads + 0.1, `${extra} extra reads`);
    if (reads > 0) await waitUntil('told in the log', () => toldOf(all, sizeBytes) === reads);
  });
}

test('the one that was alone has told of no second reading', () => {
  assert.equal(toldOf(all, 24 * mib + 1), 0);
});

test('an upload whose instance was killed between two requests is gone on with in the same file, and read once again', async (t) => {
  sizeBytes += 1;
  const extra = await extraReads(sizeBytes, all, {
    to: (no) => (no < 4 ? [three, one] : [one, two])[no % 2] ?? one,
    before: async (no) => {
      if (no !== 4) return;
      readBeforeItsEnd.set(three, bytesRead(three));
      await three.kill();
    },
  });
  t.diagnostic(`${extra.toFixed(3)} extra reads`);
  assert.ok(extra > 0.9 && extra < 1.1, `${extra} extra reads`);
  await waitUntil('told in the log', () => toldOf([one, two], sizeBytes) === 1);
});
