// `berth admin reset-password`: for who has lost the password and has the machine.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type BerthOptions, berth } from '../harness/berth-command.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

const server = await BerthServer.start({ env: { BERTH_ADMIN_PASSWORD: undefined } });
after(() => server[Symbol.asyncDispose]());
const initialFile = join(server.data, 'initial-admin-password');
let current = readFileSync(initialFile, 'utf8').trimEnd();

const as = (password: string) => server.client({ username: 'admin', password });
const reset = (args: readonly string[] = [], options: BerthOptions = {}) =>
  berth(['admin', 'reset-password', '--data', server.data, ...args], options);

async function expectOnly(right: string, ...wrong: string[]): Promise<void> {
  expectStatus(await as(right).get('/v2/'), 200);
  for (const each of wrong) expectStatus(await as(each).get('/v2/'), 401);
}

test('with the server running: a new password is printed, the old one ends at once, its file goes', async () => {
  const before = as(current);
  // Verified and remembered: it must be forgotten nevertheless.
  expectStatus(await before.get('/v2/'), 200);
  assert.ok(existsSync(initialFile));
  const { code, stdout, stderr } = await reset();
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^\S{16,}\n$/);
  assert.match(stderr, /new password of admin/);
  expectStatus(await before.get('/v2/'), 401);
  await expectOnly(stdout.trimEnd(), current);
  current = stdout.trimEnd();
  assert.ok(!existsSync(initialFile));
});

test('with the server running: the password of standard input is taken without its newline', async () => {
  const { code, stdout, stderr } = await reset(['--password-stdin'], { input: 'From-Standard-Input-1\n' });
  assert.equal(code, 0, stderr);
  assert.equal(stdout, '');
  assert.match(stderr, /password of admin was changed/);
  await expectOnly('From-Standard-Input-1', current);
  current = 'From-Standard-Input-1';
});

test('with the server running: the password of a file is taken', async () => {
  const file = join(temporaryFolder(), 'password');
  writeFileSync(file, 'From a file: äöü 中文\n', { mode: 0o600 });
  const { code, stderr } = await reset(['--password-file', file], { env: { LANG: 'zh_CN.UTF-8' } });
  assert.equal(code, 0, stderr);
  assert.match(stderr, /admin 的密码已更改/);
  await expectOnly('From a file: äöü 中文', current);
  current = 'From a file: äöü 中文';
});

test('no password is in the log of the server', () => {
  assert.ok(!server.stderr.includes('From-Standard-Input-1'));
  assert.ok(!server.stderr.includes('From a file'));
});

test('a user that there is not is named, and nothing changes', async () => {
  const { code, stderr, stdout } = await reset(['--user', 'nobody']);
  assert.notEqual(code, 0);
  assert.match(stderr, /nobody/);
  assert.equal(stdout, '', 'a password that nobody has is not printed');
  await expectOnly(current);
});

for (const [what, input] of [
  ['nothing', ''],
  ['only a newline', '\n'],
] as const) {
  test(`a password of ${what} is refused`, async () => {
    const { code } = await reset(['--password-stdin'], { input });
    const empty = await as('').get('/v2/');
    if (code === 0) await reset(['--password-stdin'], { input: current });
    assert.equal(code, 2);
    expectStatus(empty, 401);
  });
}

test('with the server stopped: the password is changed all the same, and no server keeps running', async () => {
  assert.equal((await server.stop()).code, 0);
  const { code, stdout, stderr } = await reset();
  assert.equal(code, 0, stderr);
  await server.restart();
  await expectOnly(stdout.trimEnd(), current);
  current = stdout.trimEnd();
});

test('after a hard end of the server the password is changed all the same', async () => {
  await server.kill();
  const { code, stderr } = await reset(['--password-stdin'], { input: 'After-The-Kill-1' });
  assert.equal(code, 0, stderr);
  await server.restart();
  await expectOnly('After-The-Kill-1', current);
  current = 'After-The-Kill-1';
});

test('with the server stopped before its first password was changed: its file goes', async () => {
  await using fresh = await BerthServer.start({ env: { BERTH_ADMIN_PASSWORD: undefined } });
  await fresh.stop();
  const file = join(fresh.data, 'initial-admin-password');
  assert.ok(existsSync(file));
  const { code, stdout } = await berth(['admin', 'reset-password', '--data', fresh.data]);
  assert.equal(code, 0);
  assert.ok(!existsSync(file));
  await fresh.restart();
  expectStatus(await fresh.client({ username: 'admin', password: stdout.trimEnd() }).get('/v2/'), 200);
  assert.equal(fresh.ready.sign_in.password_file, null);
});

test('a folder without data is named', async () => {
  const folder = join(temporaryFolder(), 'nothing');
  const { code, stderr } = await berth(['admin', 'reset-password', '--data', folder]);
  assert.equal(code, 6);
  assert.match(stderr, /no Berth data in .*nothing/);
  assert.ok(!existsSync(folder));
});
