// The audit log on the command line: listed, written into a file, proved.

import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { berth as run } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { BerthServer } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await server.client().pushImage('library/app', 'v1', imageOf({ seed: 'audit' }));
// A start closes what was written.
await server.stop();
await server.restart();

async function berth(...args: readonly string[]) {
  const { code, stdout, stderr } = await run([...args, '--data', server.data]);
  return { code, lines: stdout.split('\n').filter((line) => line !== ''), stderr };
}

async function proofOf(...more: readonly string[]) {
  const { code, lines, stderr } = await berth('audit', 'verify', '--json', ...more);
  assert.ok(code === 0 || code === 8, stderr);
  const proof = JSON.parse(lines.join('\n')) as {
    periods: number;
    last?: { number: number; hash: string };
    broken: { fault: string; number: number; fromId: number; toId: number }[];
  };
  return { code, ...proof };
}

test('berth audit list: the newest rows, as far as they match', async () => {
  const { code, lines } = await berth('audit', 'list', '--object', 'library/app:v1', '--actor', 'admin');
  assert.equal(code, 0);
  assert.match(lines[0] ?? '', /^TIME\tTYPE\tUSERNAME\tRESOURCE/);
  assert.ok(
    lines.some((line) => /artifact\.pushed\tadmin\tlibrary\/app@sha256:/.test(line)),
    lines.join('\n'),
  );
  const limited = await berth('audit', 'list', '--limit', '1', '--output', 'jsonl');
  assert.equal(limited.lines.length, 1);
  assert.equal((await berth('audit', 'list', '--limit', '0')).code, 2);
  assert.equal((await berth('audit', 'list', '--type', 'nothing')).code, 2);
});

test('berth audit export: a file of its own, which is not replaced unasked', async () => {
  const path = join(server.folder, 'audit.csv');
  const args = ['audit', 'export', '-o', path, '--type', 'create_artifact'];
  assert.equal((await berth(...args)).code, 0);
  const [head, row] = readFileSync(path, 'utf8').split('\r\n');
  assert.match(head ?? '', /^id,time,type,/);
  assert.match(row ?? '', /,library\/app@sha256:/);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal((await berth(...args)).code, 7);
  assert.equal((await berth(...args, '--force')).code, 0);
  const { lines } = await berth('audit', 'export', '-o', '-', '--type', 'create_artifact');
  assert.match((JSON.parse(lines[0] ?? '') as { object: string }).object, /^library\/app@sha256:/);
  assert.equal((await berth('audit', 'export')).code, 2);
});

test('berth audit verify: a log as it was written is proved, one that was changed is not', async () => {
  const before = await proofOf();
  assert.equal(before.code, 0);
  assert.ok(before.periods >= 1);
  const known = `${before.last?.number}:${before.last?.hash}`;
  assert.equal((await proofOf('--known', known)).code, 0);
  assert.deepEqual((await proofOf('--known', `1:${'0'.repeat(64)}`)).code, 8);
  assert.equal((await berth('audit', 'verify', '--known', 'x')).code, 2);
  await server.stop();
  const db = new DatabaseSync(join(server.data, 'berth.db'));
  db.exec(`update event set actor = 'user:2' where type = 'artifact.pushed'`);
  db.close();
  const stopped = await proofOf();
  assert.equal(stopped.code, 8);
  assert.deepEqual(
    stopped.broken.map(({ fault }) => fault),
    ['rows'],
  );
  await server.restart();
  const { code, lines } = await berth('audit', 'verify');
  assert.equal(code, 8);
  assert.match(lines.join('\n'), /period \d+, rows \d+ to \d+: rows were changed/);
  assert.deepEqual((await proofOf()).broken, stopped.broken);
});
