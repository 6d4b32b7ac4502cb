// The units for systemd: that systemd takes them, how much they leave open, and that the server works with what they
// allow it, which is tried without a systemd that runs as process 1.

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { berth, installation, launcher, root } from '../harness/berth-command.ts';
import { freePorts } from '../harness/free-ports.ts';
import { imageOf } from '../harness/image.ts';
import { requireProgram, runProgram } from '../harness/run-program.ts';
import { BerthServer } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

const shipped = join(root, 'deploy', 'systemd');
requireProgram('systemd-analyze', 'systemd');
requireProgram('strace', 'strace');
requireProgram('unshare', 'util-linux');
const folder = temporaryFolder();

/** The unit with the program where it is here; verify looks whether it is there. */
function unitHere(name: string): string {
  const text = readFileSync(join(shipped, name), 'utf8').replaceAll('/opt/berth/', `${root}/`);
  const path = join(folder, name.replace('@.', '@1.'));
  writeFileSync(path, text);
  return path;
}

function settings(name: string, key: string): string[] {
  return [...readFileSync(join(shipped, name), 'utf8').matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(
    ([, value = '']) => value,
  );
}

for (const name of ['berth.service', 'berth@.service']) {
  test(`${name}: systemd-analyze verify says nothing`, async () => {
    const { code, text } = await runProgram('systemd-analyze', ['verify', '--man=no', unitHere(name)], {
      cwd: folder,
    });
    assert.equal(text, '');
    assert.equal(code, 0);
  });

  test(`${name}: systemd-analyze security finds it closed`, async (t) => {
    const args = ['security', '--no-pager', '--offline=yes', '--threshold=25', unitHere(name)];
    const { code, text } = await runProgram('systemd-analyze', args, { cwd: folder });
    t.diagnostic(text.trim().split('\n').at(-1) ?? '');
    assert.equal(code, 0, text);
  });
}

test('the unit for several instances is that for one, but for what tells instances apart', () => {
  const hardening = (name: string): string => {
    const text = readFileSync(join(shipped, name), 'utf8');
    return text.slice(text.indexOf('LimitNOFILE'));
  };
  assert.equal(hardening('berth@.service'), hardening('berth.service'));
});

test('a start that cannot succeed is not tried again, one that waits for a database is', async () => {
  const never = settings('berth.service', 'RestartPreventExitStatus')[0]?.split(' ');
  const env = { BERTH_DATA: join(folder, 'none') };
  const wrong = await berth(['serve', '--listen', 'nowhere:0:0'], { env });
  assert.ok(never?.includes(String(wrong.code)), `${wrong.code} ${wrong.stderr}`);
  const [port = 0] = await freePorts(1);
  const away = {
    BERTH_DATABASE_URL: `postgres://berth@127.0.0.1:${port}/berth`,
    BERTH_SECRET_KEY: '5a'.repeat(32),
  };
  const unreachable = await berth(['serve', '--listen', '127.0.0.1:0'], { env: { ...env, ...away } });
  assert.equal(unreachable.code, 9, unreachable.stderr);
  assert.ok(!never?.includes('9'));
  assert.ok(!never?.includes('11'));
});

test('there is more time to stop than the server takes to drain', async () => {
  const { stdout } = await berth(['config', 'show', '--data', join(folder, 'none')]);
  const drain = Number(/drain_delay\W+(\d+)/.exec(stdout)?.[1]);
  assert.ok(drain > 0, stdout);
  assert.ok(Number(settings('berth.service', 'TimeoutStopSec')[0]) > 10 * drain);
});

/** The system calls of a group of systemd, the groups within it included. */
async function systemCalls(group: string): Promise<Set<string>> {
  const { code, text } = await runProgram('systemd-analyze', ['syscall-filter', '--no-pager', group], {
    cwd: folder,
  });
  assert.equal(code, 0, text);
  const names = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^@?[a-z0-9_-]+$/.test(line));
  const calls = new Set<string>();
  for (const name of names) {
    if (name === group) continue;
    for (const call of name.startsWith('@') ? await systemCalls(name) : [name]) calls.add(call);
  }
  return calls;
}

test('with the file system, the rights and the system calls of the unit, images are pushed and pulled', {
  timeout: 300_000,
}, async (t) => {
  if (process.getuid?.() !== 0) {
    t.skip('needs root: it takes rights away');
    return;
  }
  const [state, cache] = [join(folder, 'state'), join(folder, 'cache')];
  for (const each of [state, cache]) {
    mkdirSync(each);
    chmodSync(each, 0o777);
  }
  // ProtectSystem=strict with StateDirectory= and CacheDirectory=; User=, CapabilityBoundingSet=, NoNewPrivileges=
  // and UMask=.
  const sandbox = `set -e
mount --make-rprivate /
for folder in '${state}' '${cache}'; do mount --bind "$folder" "$folder"; done
mount -o remount,bind,ro /
! touch /var/lib/outside 2>/dev/null
umask 0077
exec setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all --inh-caps=-all \\
  --no-new-privs strace -D -f -qq -c -U name -o '${state}/calls' "$@"`;
  const args = settings('berth.service', 'ExecStart')[0]?.split(' ').slice(1) ?? [];
  assert.deepEqual(args, ['serve', '--config', '/etc/berth/berth.yml']);
  const server = await BerthServer.start({
    data: join(state, 'berth'),
    wrap: ['unshare', '--mount', 'sh', '-c', sandbox, 'sandbox'],
    launcher,
    env: { NODE_COMPILE_CACHE: cache, TMPDIR: '/nonexistent' },
    limitMs: 120_000,
  });
  await using _ = server;
  const client = server.client();
  const image = imageOf({ seed: 'unit', layers: [1000, 3_000_000] });
  for (const way of ['monolithic', 'chunked'] as const) {
    await client.pushImage(`library/${way}`, '1', image, way);
    await client.pullImage(`library/${way}`, '1', image);
  }
  assert.equal((await server.stop()).code, 0);
  const used = readFileSync(join(state, 'calls'), 'utf8')
    .split('\n')
    .map((line) => line.trim());
  const allowed = await systemCalls('@system-service');
  for (const call of await systemCalls('@default')) allowed.add(call);
  const calls = used.filter((line) => /^[a-z0-9_]+$/.test(line) && line !== 'total' && line !== 'syscall');
  assert.ok(calls.length > 40, used.join('\n'));
  assert.deepEqual(
    calls.filter((call) => !allowed.has(call)),
    [],
  );
  t.diagnostic(
    `${calls.length} system calls, all within the filter; installation ${installation === root ? 'from sources' : 'as released'}`,
  );
});
