// What somebody sees who starts Berth for the first time: on a pipe and on a terminal, in both languages.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { berth, cleanEnvironment, installation, launcher, root } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { listing } from '../harness/listing.ts';
import { noPseudoTerminal, PseudoTerminal } from '../harness/pseudo-terminal.ts';
import { expectStatus, RegistryClient } from '../harness/registry-client.ts';
import { BerthServer, password, type ReadyLine } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { whenTheTestEnds } from '../harness/when-the-test-ends.ts';

// Nothing helps the first start: no compiled code of an earlier one.
const plain = { BERTH_ADMIN_PASSWORD: undefined, NODE_COMPILE_CACHE: undefined };
const first = await BerthServer.start({ env: plain });
after(() => first[Symbol.asyncDispose]());

test('the first start prints one line that says all that a person needs', (t) => {
  t.diagnostic(`ready after ${Math.round(first.startMs)} ms`);
  // Alone it takes 1.3 s; here other suites run beside it.
  assert.ok(first.startMs < 15_000, `${first.startMs} ms`);
  const { ready } = first;
  assert.equal(ready.address, `http://localhost:${first.port}`);
  assert.deepEqual(ready.sign_in, {
    user: 'admin',
    password_file: join(first.data, 'initial-admin-password'),
  });
  assert.equal(ready.push.length, 3);
  assert.match(ready.push[2] ?? '', new RegExp(`^docker push localhost:${first.port}/hello:1$`));
  assert.match(ready.open_to_network, /--tls self/);
  assert.equal(ready.logs, 'stderr');
  assert.equal(ready.data, first.data);
  assert.equal(ready.storage, join(first.data, 'storage'));
  assert.equal(ready.database, 'SQLite');
});

test('the log is one JSON object a line', async () => {
  await first.logged((line) => line['msg'] === 'ready');
  const lines = first.stderr.trimEnd().split('\n');
  assert.equal(lines.length, first.log.length);
});

test('the first password is in a file that only its owner reads, and works', async () => {
  const file = join(first.data, 'initial-admin-password');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const generated = readFileSync(file, 'utf8');
  assert.match(generated, /^\S{16,}\n$/);
  const who = { username: 'admin', password: generated.trimEnd() };
  const image = imageOf({ seed: 'first run' });
  await first.client(who).pushImage('hello', '1', image);
  await first.client(null).pullImage('hello', '1', image);
  assert.ok(!first.stderr.includes(who.password), 'the password is in the log');
});

test('what is private is private', () => {
  assert.equal(statSync(first.data).mode & 0o777, 0o700);
  assert.equal(statSync(join(first.data, 'run')).mode & 0o777, 0o700);
  for (const name of ['berth.db', 'berth.db-wal', 'berth.db-shm', 'lock.db']) {
    assert.equal(statSync(join(first.data, name)).mode & 0o077, 0, name);
  }
});

test('a password that is given is used, and no file tells it', async () => {
  await using server = await BerthServer.start();
  assert.equal(server.ready.sign_in.password_file, null);
  expectStatus(await server.client().get('/v2/'), 200);
  assert.ok(!listing(server.data).includes('initial-admin-password'));
});

test('a password from a file loses one final newline and nothing else', async () => {
  const odd = `a@b:c/d?e#f%41G&h+i=j;k'l"m\\n o{p}$q é`;
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'password'), `${odd}\n`, { mode: 0o600 });
  await using server = await BerthServer.start({
    env: { BERTH_ADMIN_PASSWORD: undefined, BERTH_ADMIN_PASSWORD_FILE: join(folder, 'password') },
  });
  const status = async (secret: string): Promise<number> =>
    (await server.client({ username: 'admin', password: secret }).get('/v2/')).status;
  assert.equal(await status(odd), 200);
  assert.equal(await status(`${odd}\n`), 401);
  assert.equal(await status(odd.replace('%41', 'A')), 401);
  assert.ok(!server.stderr.includes("k'l"));
});

test('the second start changes no password and serves what the first was given', async () => {
  await using server = await BerthServer.start();
  const image = imageOf({ seed: 'second start' });
  await server.client().pushImage('hello', '1', image);
  expectStatus(await server.client().get('/v2/'), 200);
  assert.equal((await server.stop()).code, 0);
  await server.restart();
  await server.client().pullImage('hello', '1', image);
  assert.equal(server.ready.sign_in.password_file, null);
});

const terminal = noPseudoTerminal();
const skip = terminal ?? false;

async function startOnTerminal(
  folder: string,
  lang: string,
  args = '',
): Promise<{ screen: string; end: () => Promise<number | null>; terminal: PseudoTerminal }> {
  const command = `${launcher} serve --listen 127.0.0.1:0 --data ${join(folder, 'data')} ${args}`;
  const shown = new PseudoTerminal(command, { cwd: folder, env: { LANG: lang } });
  const screen = await shown.shows(/berth help\n/);
  const end = (): Promise<number | null> => {
    shown.pressControlC();
    return shown.ended;
  };
  return { screen, end, terminal: shown };
}

const banners = {
  'C.UTF-8': {
    name: 'English',
    parts: [
      /ready in \d+\.\d s/,
      /Address +http:\/\/localhost:\d+/,
      /Sign in +admin \/ \S{16,} +\(shown once/,
      /Push +docker login localhost:\d+\n +docker tag \S+ localhost:\d+\/hello:1\n +docker push localhost:\d+\/hello:1/,
      /open it to the network[^\n]*\n +berth serve .*--tls self/,
      /Ctrl-C · logs \.\/data\/logs\/berth\.log/,
    ],
    stopping: /Finishing what was begun/,
    stopped: /Stopped\./,
  },
  'zh_CN.UTF-8': {
    name: 'Chinese',
    parts: [
      /\d+\.\d 秒就绪/,
      /地址 +http:\/\/localhost:\d+/,
      /登录 +admin \/ \S{16,} +[（(]仅显示一次/,
      /推送 +docker login localhost:\d+/,
      /对网络开放[^\n]*\n +berth serve .*--tls self/,
      /Ctrl-C · 日志 \.\/data\/logs\/berth\.log/,
    ],
    stopping: /正在完成/,
    stopped: /已停止/,
  },
} as const;

for (const [lang, { name, parts, stopping, stopped }] of Object.entries(banners)) {
  test(`a terminal shows how to go on, in ${name}, and Ctrl-C ends it`, { skip }, async () => {
    const folder = temporaryFolder();
    const { screen, end, terminal: shown } = await startOnTerminal(folder, lang);
    for (const part of parts) assert.match(screen, part);
    assert.doesNotMatch(screen, /[{]"/, 'no JSON on a terminal');
    const shownPassword = /admin \/ (\S+)/.exec(screen)?.[1] ?? '';
    // The file goes once the password is on the screen, so that it is never in neither place.
    await waitUntil(
      'the shown password is kept nowhere',
      () => !listing(join(folder, 'data')).includes('initial-admin-password'),
    );
    assert.equal(await end(), 0);
    assert.match(shown.shown, stopping);
    assert.match(shown.shown, stopped);
    const log = readFileSync(join(folder, 'data', 'logs', 'berth.log'), 'utf8');
    assert.match(log, /^\{.*"msg":"ready"\}$/m);
    assert.ok(!log.includes(shownPassword));
    await using server = await BerthServer.start({ folder, env: { BERTH_ADMIN_PASSWORD: undefined } });
    expectStatus(await server.client({ username: 'admin', password: shownPassword }).get('/v2/'), 200);
  });
}

test('a password that was shown once is not shown by the next start', { skip }, async () => {
  const folder = temporaryFolder();
  const started = await startOnTerminal(folder, 'C.UTF-8', '--lang zh');
  assert.match(started.screen, /登录/, '--lang counts more than LANG');
  assert.equal(await started.end(), 0);
  const shownPassword = /admin \/ (\S+)/.exec(started.screen)?.[1] ?? '?';
  const again = await startOnTerminal(folder, 'C.UTF-8');
  assert.ok(!again.screen.includes(shownPassword));
  assert.match(again.screen, /Sign in +admin \/ with your password .*berth admin reset-password/);
  assert.equal(await again.end(), 0);
});

test('the launcher works from any folder and through links', async () => {
  const folder = temporaryFolder();
  const link = join(folder, 'berth');
  symlinkSync(launcher, link);
  const linkToLink = join(folder, 'b');
  symlinkSync('berth', linkToLink);
  for (const path of [launcher, link, linkToLink]) {
    const { code, stdout, stderr } = await berth(['version'], { launcher: path, cwd: folder });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  }
  await using server = await BerthServer.start({ launcher: link, cwd: folder });
  expectStatus(await server.client({ username: 'admin', password }).get('/v2/'), 200);
  assert.equal((await server.stop()).code, 0);
});

test('CDPATH does not lead the launcher to another folder', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'bin'));
  const options = { launcher: 'bin/berth', cwd: installation, env: { CDPATH: folder } };
  const { code, stderr } = await berth(['version'], options);
  assert.equal(code, 0, stderr);
});

test('installed as a package, the launcher finds the Node beside it', async () => {
  const modules = join(temporaryFolder(), 'node_modules');
  const own = join(modules, 'berth');
  mkdirSync(join(own, 'bin'), { recursive: true });
  mkdirSync(join(modules, '.bin'));
  copyFileSync(launcher, join(own, 'bin', 'berth'));
  for (const name of ['src', 'dist', 'package.json'])
    if (existsSync(join(installation, name))) symlinkSync(join(installation, name), join(own, name));
  symlinkSync(process.execPath, join(modules, '.bin', 'node'));
  // There is no other Node that is new enough.
  const env = { PATH: '/usr/bin:/bin' };
  const { code, stdout, stderr } = await berth(['version', '--json'], {
    launcher: join(own, 'bin', 'berth'),
    env,
  });
  assert.equal(code, 0, stderr);
  assert.equal((JSON.parse(stdout) as { node: string }).node, process.versions.node);
});

test('without a Node that is new enough the launcher says how to get one', async () => {
  const folder = temporaryFolder();
  const [own, tools] = [join(folder, 'berth'), join(folder, 'tools')];
  mkdirSync(join(own, 'bin'), { recursive: true });
  mkdirSync(tools);
  copyFileSync(launcher, join(own, 'bin', 'berth'));
  for (const tool of ['dirname', 'readlink']) symlinkSync(`/usr/bin/${tool}`, join(tools, tool));
  writeFileSync(join(tools, 'node'), '#!/bin/sh\necho v20.19.0\n', { mode: 0o755 });
  const said = async (): Promise<string> => {
    const options = { launcher: join(own, 'bin', 'berth'), env: { PATH: tools } };
    const { code, stderr } = await berth(['version'], options);
    assert.equal(code, 1);
    return stderr;
  };
  assert.match(await said(), /^berth: Node 26 or newer is needed; install it, or this package again .*\n$/);
  mkdirSync(join(own, 'src'));
  writeFileSync(join(own, 'src', 'main.ts'), '');
  assert.match(await said(), /; run npm ci in .*\/berth, or install it\n$/);
});

test('npm start passes options on, and ends the server when it is told to end', async () => {
  const data = join(temporaryFolder(), 'data');
  const args = ['start', '--silent', '--', '--listen', '127.0.0.1:0', '--data', data, '--drain-delay', '0'];
  const npm = spawn('npm', args, {
    cwd: root,
    env: cleanEnvironment({ BERTH_ADMIN_PASSWORD: password }),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  whenTheTestEnds(() => npm.kill('SIGKILL'));
  const ended = once(npm, 'close');
  const [line] = (await once(createInterface({ input: npm.stdout }), 'line')) as [string];
  const ready = JSON.parse(line) as ReadyLine;
  whenTheTestEnds(() => {
    if (isRunning(ready.pid)) process.kill(ready.pid, 'SIGKILL');
  });
  assert.equal(ready.data, data);
  const client = new RegistryClient(() => ({ host: '127.0.0.1', port: ready.port }));
  expectStatus(await client.get('/livez'), 200);
  client.close();
  npm.kill('SIGTERM');
  const [code] = (await ended) as [number];
  assert.equal(code, 0);
  assert.ok(!isRunning(ready.pid), 'the server outlives npm');
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // There is no such process.
    return false;
  }
}

test('the data folder is taken relative to the working folder', async () => {
  const folder = temporaryFolder();
  await using server = await BerthServer.start({ data: 'here', cwd: folder });
  assert.equal(server.ready.data, join(folder, 'here'));
  assert.ok(listing(folder).includes('here/berth.db'));
});
