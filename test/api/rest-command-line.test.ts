// The commands that speak Harbor's REST API: over the admin socket, over HTTP with a password, and by a context.

import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addUsers, createProject, grantRole } from '../harness/accounts.ts';
import { berth, type Outcome } from '../harness/berth-command.ts';
import { digestOf, imageOf } from '../harness/image.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await createProject(server, 'team');
await createProject(server, 'secret');
await addUsers(server, ['dev']);
await grantRole(server, { username: 'dev', role: 'developer', place: 'team' });
const home = temporaryFolder();
const env = { XDG_CONFIG_HOME: home };
const here = (...args: string[]): Promise<Outcome> => berth([...args, '--data', server.data], { env });
const url = `http://127.0.0.1:${server.port}`;
const dev = (...args: string[]): Promise<Outcome> =>
  berth([...args, '--server', `http://127.0.0.1:${server.port}`, '--user', 'dev', '--password-stdin'], {
    env,
    input: `${password}\n`,
  });

async function jsonOf<T>(outcome: Promise<Outcome>): Promise<T> {
  const { code, stdout, stderr } = await outcome;
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as T;
}

function expectRefused({ code, stdout, stderr }: Outcome, expected: number): void {
  assert.equal(code, expected, stderr);
  assert.equal(stdout, '');
  assert.match(stderr, /^berth: [^\n]+\n$/, 'one sentence');
}

test('berth api asks as the administrator over the socket, and as who signs in over HTTP', async () => {
  const admin = await jsonOf<{ username: string }>(here('api', 'GET', 'users/current'));
  assert.equal(admin.username, 'admin');
  const user = await jsonOf<{ username: string }>(dev('api', 'GET', '/api/v2.0/users/current'));
  assert.equal(user.username, 'dev');
});

test('a refusal is one sentence, and the exit code says its kind', async () => {
  expectRefused(await dev('api', 'GET', 'configurations'), 5);
  expectRefused(await dev('api', 'GET', 'projects/secret'), 5);
  expectRefused(await here('api', 'GET', 'projects/nothing-there'), 6);
  expectRefused(await here('api', 'BREW', 'projects'), 2);
  expectRefused(await here('robot', 'list', '-o', 'picture'), 2);
  expectRefused(await dev('robot', 'create', 'r', '-p', 'team', '--permission', 'repository:pull'), 5);
  const wrong = ['--server', `http://127.0.0.1:${server.port}`, '--user', 'dev', '--password-stdin'];
  expectRefused(await berth(['login', ...wrong], { env, input: 'not-this-one\n' }), 4);
  const gone = ['whoami', '--server', 'http://127.0.0.1:1', '--user', 'dev', '--password-stdin'];
  expectRefused(await berth(gone, { env, input: 'any\n' }), 9);
});

test('login keeps a context for its owner only, by which later commands ask, and logout forgets it', async () => {
  const kept = await dev('login', '--name', 'work');
  assert.equal(kept.code, 0, kept.stderr);
  const file = join(home, 'berth', 'contexts.json');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const who = await berth(['whoami', '-o', 'name'], { env });
  assert.equal(who.stdout, 'dev\n', who.stderr);
  assert.equal((await here('whoami', '-o', 'name')).stdout, 'admin\n', 'a data folder that is named wins');
  assert.match((await berth(['context', 'list'], { env })).stdout, /^\*\twork\t/m);
  const listed = await jsonOf(berth(['context', 'list', '--json'], { env }));
  assert.deepEqual(listed, [{ name: 'work', server: url, user: 'dev', current: true }]);
  assert.equal((await berth(['logout'], { env })).code, 0);
  expectRefused(await berth(['context', 'use', 'work'], { env }), 6);
});

test('a robot is created, seen, changed, given another secret and deleted', async () => {
  const right = ['--permission', 'repository:pull', '--permission', 'repository:push'];
  const made = await jsonOf<{ name: string; secret: string; id: number }>(
    here('robot', 'create', 'ci', '-p', 'team', ...right, '-o', 'json'),
  );
  assert.equal((await here('robot', 'list', '-p', 'team', '-o', 'name')).stdout, `${made.name}\n`);
  const changed = await here('robot', 'update', made.name, '-p', 'team', '--description', 'builds');
  assert.equal(changed.code, 0, changed.stderr);
  const shown = await jsonOf<{ description: string }>(here('robot', 'show', String(made.id), '-o', 'json'));
  assert.equal(shown.description, 'builds');
  const fresh = await here('robot', 'rotate', made.name, '-p', 'team', '-o', 'name');
  assert.notEqual(fresh.stdout.trim(), made.secret);
  expectRefused(await here('robot', 'delete', made.name, '-p', 'team'), 2);
  assert.equal((await here('robot', 'delete', made.name, '-p', 'team', '--yes')).code, 0);
  expectRefused(await here('robot', 'show', made.name, '-p', 'team'), 6);
});

test("a robot's rights, limits, end and state are changed one by one; what is not named stays", async () => {
  interface Robot {
    readonly name: string;
    readonly disable: boolean;
    readonly duration: number;
    readonly description: string;
    readonly permissions: readonly {
      readonly namespace: string;
      readonly access: readonly { readonly action: string }[];
      readonly repositories?: readonly string[];
    }[];
  }
  const file = join(home, 'robot-secret');
  const create = ['robot', 'create', 'deploy', '-p', 'team', '--permission', 'repository:pull', '-o', 'json'];
  const made = await here(...create, '--repositories', 'a/**', '--secret-file', file);
  assert.equal(made.code, 0, made.stderr);
  const { name, secret } = JSON.parse(made.stdout) as { name: string; secret?: string };
  assert.equal(secret, undefined);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const kept = readFileSync(file, 'utf8').trim();
  assert.ok(kept.length >= 8 && !made.stdout.includes(kept) && !made.stderr.includes(kept));
  expectRefused(await here(...create, '--secret-file', file), 7);
  const show = () => jsonOf<Robot>(here('robot', 'show', name, '-p', 'team', '-o', 'json'));
  const change = async (...args: string[]): Promise<Robot> => {
    const done = await here('robot', ...args.slice(0, 1), name, '-p', 'team', ...args.slice(1));
    assert.equal(done.code, 0, done.stderr);
    return show();
  };
  assert.equal((await change('disable')).disable, true);
  assert.equal((await change('update', '--days', '7')).duration, 7);
  const changed = await change(
    'update',
    '--permission',
    'repository:push',
    '--permission',
    'repository:pull',
  );
  assert.deepEqual(changed.permissions[0]?.access.map(({ action }) => action).toSorted(), ['pull', 'push']);
  assert.deepEqual(changed.permissions[0]?.repositories, ['a/**'], 'other rights keep the limit');
  assert.equal(changed.disable, true);
  assert.equal((await change('enable')).disable, false);
  const rotated = await here('robot', 'rotate', name, '--secret-file', file);
  assert.equal(rotated.stdout, '');
  assert.notEqual(readFileSync(file, 'utf8').trim(), kept);
  expectRefused(await here('robot', 'update', name, '-p', 'team'), 2);
  const signIn = ['--server', url, '--user', name, '--password-file', file];
  assert.equal((await berth(['whoami', '-o', 'name', ...signIn], { env })).stdout, `${name}\n`);
});

test('a robot of the system is made with rights in projects and on the system', async () => {
  expectRefused(await here('robot', 'create', 'sys', '--permission', 'team/repository:pull'), 2);
  expectRefused(await here('robot', 'create', 'sys', '--system', '--permission', 'repository:pull'), 2);
  const rights = ['team/repository:pull', '*/repository:read', '/project:list'];
  const all = rights.flatMap((right) => ['--permission', right]);
  const made = await here('robot', 'create', 'sys', '--system', ...all, '-o', 'json');
  assert.equal(made.code, 0, made.stderr);
  const { name } = JSON.parse(made.stdout) as { name: string };
  const shown = await jsonOf<{ permissions: { kind: string; namespace: string }[] }>(
    here('robot', 'show', name, '-o', 'json'),
  );
  assert.deepEqual(shown.permissions.map(({ kind, namespace }) => `${kind} ${namespace}`).toSorted(), [
    'project *',
    'project team',
    'system /',
  ]);
  assert.equal((await here('robot', 'delete', name, '--yes')).code, 0);
});

test('labels of the system and of a project are made, changed, put on artifacts, taken off and deleted', async () => {
  const image = imageOf({ seed: 'labelled' });
  await server.client().pushImage('team/labelled', 'v1', image);
  for (const place of [[], ['-p', 'team']]) {
    const name = `fine${place.length}`;
    const run = async (...args: string[]): Promise<void> => {
      const done = await here(...args);
      assert.equal(done.code, 0, done.stderr);
    };
    await run('label', 'create', name, ...place, '--color', '#61717D', '--description', 'a, "b"');
    expectRefused(await here('label', 'create', name, ...place), 7);
    await run('label', 'update', name, ...place, '--description', 'changed');
    const [row] = await jsonOf<{ name: string; color: string; description: string }[]>(
      here('label', 'list', ...place, '-o', 'json'),
    );
    assert.deepEqual([row?.name, row?.color, row?.description], [name, '#61717D', 'changed']);
    await run('artifact', 'label', 'team/labelled:v1', name);
    const labelled = await here('artifact', 'list', 'team/labelled', '-o', 'wide');
    assert.ok(labelled.stdout.includes(name), labelled.stdout);
    await run('artifact', 'unlabel', 'team/labelled:v1', name);
    expectRefused(await here('artifact', 'unlabel', 'team/labelled:v1', name), 6);
    await run('label', 'delete', name, ...place, '--yes');
    expectRefused(await here('artifact', 'label', 'team/labelled:v1', name), 6);
  }
});

test('tags are made and deleted, artifacts copied, and a rule keeps tags', async () => {
  const image = imageOf({ seed: 'tagged' });
  await server.client().pushImage('team/tagged', 'v1', image);
  const digest = digestOf(image.manifest.bytes);
  assert.equal((await dev('tag', 'create', 'team/tagged:v1', 'stable')).code, 0);
  expectRefused(await dev('tag', 'create', 'team/tagged:v1', 'stable'), 7);
  const tags = async () => (await here('tag', 'list', 'team/tagged', '-o', 'name')).stdout.trim().split('\n');
  assert.deepEqual((await tags()).toSorted(), ['stable', 'v1']);
  assert.equal((await here('artifact', 'copy', `team/tagged@${digest}`, 'team/copied')).code, 0);
  assert.equal((await here('artifact', 'list', 'team/copied', '-o', 'name')).stdout, `${digest}\n`);
  assert.equal((await here('tag', 'keep', 'team', 'st*', '--repositories', 'tagged')).code, 0);
  const [rule] = await jsonOf<{ id: number; tags: string; repositories: string }[]>(
    here('tag', 'rules', 'team', '-o', 'json'),
  );
  assert.deepEqual([rule?.tags, rule?.repositories], ['st*', 'tagged']);
  expectRefused(await here('tag', 'delete', 'team/tagged:stable', '--yes'), 7);
  assert.equal((await here('tag', 'release', 'team', String(rule?.id), '--yes')).code, 0);
  assert.equal((await here('tag', 'delete', 'team/tagged:stable', '--yes')).code, 0);
  assert.deepEqual(await tags(), ['v1']);
  expectRefused(await here('tag', 'delete', `team/tagged@${digest}`, '--yes'), 2);
});

test('accounts, groups, projects and roles are kept from another machine, as on that of the server', async () => {
  const file = join(home, 'admin-password');
  const fresh = join(home, 'new-password');
  writeFileSync(file, `${password}\n`, { mode: 0o600 });
  writeFileSync(fresh, 'Quite-Another-One-2\n', { mode: 0o600 });
  const far = (...args: string[]): Promise<Outcome> =>
    berth([...args, '--server', url, '--user', 'admin', '--password-file', file], { env });
  const run = async (...args: string[]): Promise<Outcome> => {
    const done = await far(...args);
    assert.equal(done.code, 0, `${args.join(' ')}: ${done.stderr}`);
    return done;
  };
  await run('user', 'add', 'zoe', '--email', 'zoe@example.com', '--new-password-file', fresh);
  expectRefused(await far('user', 'add', 'zoe', '--email', 'z@z.example', '--new-password-file', fresh), 7);
  expectRefused(await far('user', 'add', 'yan', '--new-password-file', fresh), 2);
  writeFileSync(fresh, 'Quite-Another-One-3\n');
  await run('user', 'passwd', 'zoe', '--new-password-file', fresh);
  assert.match((await run('user', 'list')).stdout, /^zoe\t-\t-\tzoe@example\.com\t/m);
  const zoe = ['--server', url, '--user', 'zoe', '--password-file', fresh];
  assert.equal((await berth(['whoami', '-o', 'name', ...zoe], { env })).stdout, 'zoe\n');
  await run('project', 'create', 'far', '--public');
  const project = await jsonOf<{ name: string; public: boolean }>(
    far('project', 'show', 'far', '-o', 'json'),
  );
  assert.deepEqual([project.name, project.public], ['far', true]);
  assert.deepEqual(
    project,
    await jsonOf(here('project', 'show', 'far', '-o', 'json')),
    'the same, whoever is asked',
  );
  const { id } = await jsonOf<{ id: number }>(far('project', 'show', 'far', '-o', 'json'));
  await run('project', 'create', String(id));
  const digits = await jsonOf<{ name: string }>(far('project', 'show', String(id), '-o', 'json'));
  assert.equal(digits.name, String(id), 'a name of digits is not the id of another project');
  await run('project', 'delete', String(id), '--yes');
  await run('access', 'grant', 'zoe', 'maintainer', 'far');
  const roles = await run('access', 'list', '--project', 'far', '--holder', 'zoe');
  assert.match(roles.stdout, /^zoe\tmaintainer\tfar\t-\t-$/m);
  expectRefused(await far('access', 'revoke', 'zoe', 'guest', 'far'), 6);
  await run('access', 'revoke', 'zoe', 'maintainer', 'far');
  await run('access', 'grant', 'zoe', 'push,pull', 'far/a/**', '--tag', 'v*', '--expires', '2099-01-31');
  const listed = await run('access', 'list', '--project', 'far', '--holder', 'zoe');
  assert.match(listed.stdout, /^zoe\tpull,push\tfar\/a\/\*\*\tv\*\t2099-02-01T00:00:00Z$/m);
  assert.equal(listed.stdout, (await here('access', 'list', '--project', 'far', '--holder', 'zoe')).stdout);
  expectRefused(await far('access', 'revoke', 'zoe', 'pull,push', 'far/a/**'), 6);
  await run('access', 'revoke', 'zoe', 'pull,push', 'far/a/**', '--tag', 'v*');
  expectRefused(await far('access', 'grant', 'zoe', 'guest', 'far/A'), 2);
  await run('access', 'grant', 'zoe', 'system-admin');
  await run('access', 'revoke', 'zoe', 'system-admin');
  await run('group', 'create', 'crew');
  assert.match((await run('group', 'add', 'crew', 'zoe')).stderr, /is in the group/);
  assert.match((await run('group', 'add', 'crew', 'zoe')).stderr, /already/);
  assert.equal((await run('group', 'list', 'crew', '-o', 'name')).stdout, 'zoe\n');
  await run('access', 'grant', 'crew', 'guest', 'far', '--group');
  await run('access', 'revoke', 'group:crew', 'guest', 'far');
  await run('group', 'remove', 'crew', 'zoe');
  await run('group', 'delete', 'crew');
  assert.equal((await run('group', 'list', '-o', 'name')).stdout, '');
  await run('user', 'update', 'zoe', '--realname', 'Zoe Q.', '--email', 'q@example.com');
  assert.match((await run('user', 'list')).stdout, /^zoe\t-\t-\tq@example\.com\tZoe Q\.\t/m);
  await run('group', 'create', 'old-name');
  await run('group', 'rename', 'old-name', 'new-name');
  assert.equal((await run('group', 'list', '-o', 'name')).stdout, 'new-name\n');
  await run('project', 'update', 'far', '--set', 'public=false', '--set', 'severity=high');
  const metadata = async () => jsonOf<object>(far('api', 'GET', 'projects/far/metadatas/'));
  assert.deepEqual(await metadata(), { public: 'false', severity: 'high' });
  await run('project', 'update', 'far', '--unset', 'severity');
  assert.deepEqual(await metadata(), { public: 'false' });
  expectRefused(await far('project', 'update', 'far', '--set', 'public'), 2);
  expectRefused(await far('project', 'update', 'far', '--set', 'no_such=1'), 2);
  await run('project', 'delete', 'far', '--yes');
  expectRefused(await far('project', 'show', 'far'), 6);
  expectRefused(await far('user', 'disable', 'zoe'), 2);
  expectRefused(await far('user', 'passwd', 'nobody', '--new-password-file', fresh), 6);
  expectRefused(await berth(['user', 'list', ...zoe], { env }), 5);
  await run('user', 'delete', 'zoe', '--yes');
  expectRefused(await berth(['whoami', ...zoe], { env }), 4);
  expectRefused(await here('user', 'delete', 'zoe', '--yes'), 6);
});

test('what would count for nothing beside a context, a socket or another form is refused', async () => {
  assert.equal((await dev('login', '--name', 'strict')).code, 0);
  for (const beside of [
    ['--ca', '/dev/null'],
    ['--password-stdin'],
    ['--password-file', 'x'],
    ['--user', 'dev'],
  ])
    for (const command of [
      ['repo', 'list'],
      ['project', 'list'],
    ])
      expectRefused(await berth([...command, ...beside], { env }), 2);
  expectRefused(await here('project', 'list', '--user', 'dev'), 2);
  const chinese = await berth(['repo', 'list', '--user', 'dev'], { env: { ...env, LANG: 'zh_CN.UTF-8' } });
  expectRefused(chinese, 2);
  assert.match(chinese.stderr, /上下文按保存的方式登录：请去掉 --user/);
  expectRefused(await here('project', 'list', '--context', 'strict'), 2);
  expectRefused(await dev('project', 'list', '--context', 'strict'), 2);
  expectRefused(await here('project', 'list', '--json', '-o', 'csv'), 2);
  const projects = await berth(['project', 'list', '-o', 'name'], { env });
  assert.deepEqual(projects.stdout.trim().split('\n').toSorted(), ['library', 'team'], projects.stderr);
  assert.equal((await berth(['logout'], { env })).code, 0);
});

test('tables for programs: csv with quotes where they are needed, templates, no header', async () => {
  assert.equal((await here('label', 'create', 'form', '--description', 'a, "b"')).code, 0);
  const csv = (await here('label', 'list', '-o', 'csv')).stdout.split('\n');
  assert.equal(csv[0], 'name,id,color,description,scope,project_id,creation_time,update_time');
  assert.match(csv[1] ?? '', /^form,\d+,[^,]*,"a, ""b""",g,/);
  assert.equal((await here('label', 'list', '-o', 'template={name}:{scope}')).stdout, 'form:g\n');
  assert.match((await here('label', 'list', '--no-header')).stdout, /^form\t\d+\t.*\n$/);
});

test('settings and quotas are read, changed and read again', async () => {
  assert.equal((await here('config', 'set', 'session_timeout', '42')).code, 0);
  const [setting] = await jsonOf<{ value: number }[]>(here('config', 'get', 'session_timeout', '-o', 'json'));
  assert.equal(setting?.value, 42);
  expectRefused(await here('config', 'set', 'no_such', '1'), 6);
  assert.equal((await here('quota', 'set', 'team', '1048576')).code, 0);
  const [quota] = await jsonOf<{ limit: number }[]>(here('quota', 'show', 'team', '-o', 'json'));
  assert.equal(quota?.limit, 1048576);
  expectRefused(await here('quota', 'set', 'team', 'much'), 2);
});

test('repositories, artifacts and tags are listed, shown, described and deleted', async () => {
  const client = server.client();
  const image = imageOf({ seed: 'a' });
  await client.pushImage('team/a/b', 'v1', image);
  const digest = digestOf(image.manifest.bytes);
  assert.match((await dev('repo', 'list', '-p', 'team', '-o', 'name')).stdout, /^team\/a\/b$/m);
  assert.equal((await dev('tag', 'list', 'team/a/b', '-o', 'name')).stdout, 'v1\n');
  assert.equal((await dev('artifact', 'list', 'team/a/b', '-o', 'name')).stdout, `${digest}\n`);
  assert.equal((await dev('artifact', 'show', 'team/a/b:v1', '-o', 'name')).stdout, `${digest}\n`);
  assert.equal((await here('repo', 'update', 'team/a/b', '--description', 'text')).code, 0);
  assert.match((await here('repo', 'show', 'team/a/b', '-o', 'yaml')).stdout, /^description: text$/m);
  assert.match((await dev('search', 'a/b', '-o', 'jsonl')).stdout, /"team\/a\/b"/);
  expectRefused(await dev('artifact', 'delete', `team/a/b@${digest}`, '--yes'), 5);
  assert.equal((await here('artifact', 'delete', `team/a/b@${digest}`, '--yes')).code, 0);
  expectRefused(await here('artifact', 'show', 'team/a/b:v1'), 6);
  assert.equal((await here('repo', 'delete', 'team/a/b', '--yes')).code, 0);
  expectRefused(await here('repo', 'show', 'team/a/b'), 6);
});

test('the operator, too, changes nothing in read-only mode but its end, and is told of in the audit log', async () => {
  const set = (value: string): Promise<Outcome> => here('config', 'set', 'read_only', value);
  assert.equal((await set('true')).code, 0);
  const refused = await here('quota', 'set', 'team', '1000000');
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, /read only mode/);
  assert.equal((await set('false')).code, 0);
  assert.equal((await here('quota', 'set', 'team', '1000000')).code, 0);
  const log = await jsonOf<{ operation_description: string }[]>(
    here('api', 'GET', 'auditlog-exts?q=resource_type%3Dquota'),
  );
  assert.equal(log.length > 0, true);
});
