// `berth events`: what was, and what comes, until somebody ends it.

import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { berth, spawnBerth } from '../harness/berth-command.ts';
import { hasStatus, startVerification } from '../harness/held-verification.ts';
import { makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const patienceMs = 40_000;
const label = (name: string) => sendJson(admin, 'POST', '/api/v2.0/labels', { name, scope: 'g' });
const events = (...args: readonly string[]) => ['events', ...args];

interface Following extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
}

function following(...args: readonly string[]): Following {
  const child = spawnBerth(args);
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  return {
    child,
    out: () => said.stdout,
    err: () => said.stderr,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

test('berth events: the newest rows of the audit log, the oldest of them first', async () => {
  for (const name of ['one', 'two', 'three']) await label(name);
  const { code, stdout } = await berth(
    events('--limit', '2', '--type', 'label.created', '--data', server.data),
  );
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^\S+Z {2}label\.created {2}admin {2}two\n\S+Z {2}label\.created {2}admin {2}three\n$/,
  );
  const wrong = await berth(events('--limit', 'x', '--data', server.data));
  assert.deepEqual([wrong.code, wrong.stderr], [2, 'berth: --limit is a number from 0 to 1000\n']);
  const eaten = await berth(events('--follow', '--type', 'tag.eaten', '--data', server.data));
  assert.equal(eaten.code, 2);
  assert.match(eaten.stderr, /there is no event of the type "tag.eaten"; types: /);
});

test('berth events --follow: what comes, jobs included, for people and for programs', async () => {
  await using people = following(...events('--follow', '--limit', '1', '--data', server.data));
  await using program = following(...events('-f', '--json', '--limit', '1', '--data', server.data));
  await waitUntil('both have begun', () => people.out() !== '' && program.out() !== '', patienceMs);
  await makeProject(admin, 'shop');
  const id = await startVerification(admin);
  await hasStatus(admin, id, 'Success');
  const ended = new RegExp(`job\\.Success {2}MANUAL {2}STORAGE_VERIFICATION ${id}\n`);
  await waitUntil('its end', () => ended.test(people.out()), patienceMs);
  assert.match(people.out(), /project\.created {2}admin {2}shop\n/);
  const rows = (): Record<string, unknown>[] =>
    program
      .out()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  await waitUntil(
    'its end for programs',
    () => rows().some(({ message, status }) => message === 'job' && status === 'Success'),
    patienceMs,
  );
  assert.ok(
    rows().some(
      ({ message, event, object }) => message === 'audit' && event === 'project.created' && object === 'shop',
    ),
  );
});

test('berth events --follow: what somebody else may see, until the sign-in ends', async () => {
  await addUsers(server, ['carl']);
  await sendJson(admin, 'POST', '/api/v2.0/projects/shop/members', {
    role_id: 1,
    member_user: { username: 'carl' },
  });
  const address = `http://127.0.0.1:${server.port}`;
  const child = spawnBerth(
    events('--follow', '--json', '--server', address, '--user', 'carl', '--password-stdin'),
    { input: `${password}\n` },
  );
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const inShop = (name: string) =>
    sendJson(admin, 'POST', '/api/v2.0/labels', { name, scope: 'p', project_id: 2 });
  await waitUntil('it has begun', () => out.includes('project.created'), patienceMs);
  await inShop('before');
  await waitUntil('it follows', () => out.includes('"before"'), patienceMs);
  assert.ok(!out.includes('job.'), 'who may not see jobs is told of none');
  // It may end before the command has.
  const ended = once(child, 'exit');
  await berth(['user', 'disable', 'carl', '--data', server.data]);
  const [code] = (await ended) as [number];
  assert.deepEqual([code, err], [4, 'the sign-in has ended\n']);
});
