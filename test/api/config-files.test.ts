// The configuration of a registry as files: exported, applied to an empty one, compared, repaired, pruned.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addUser, createProject, grantRole } from '../harness/accounts.ts';
import { berth, type Outcome, spawnBerth } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { jsonOf, sendJson } from '../harness/rest.ts';
import { plantHolders, roleMatrix, type Way } from '../harness/role-holders.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { removeFolder, temporaryFolder } from '../harness/temporary-folder.ts';

const [source, target] = await Promise.all([BerthServer.start(), BerthServer.start()]);
const folder = temporaryFolder();
after(async () => {
  await source[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
  removeFolder(folder);
});
const files = join(folder, 'files');
const secretsFile = join(folder, 'secrets');

type At = Pick<BerthServer, 'data'>;

function config(server: At, verb: string, from: string, ...args: readonly string[]): Promise<Outcome> {
  return berth(['config', verb, '-f', from, ...args, '--data', server.data]);
}

async function run(server: At, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await berth([...args, '--data', server.data]);
  assert.equal(code, 0, `berth ${args.join(' ')}: ${stderr}`);
  return stdout;
}

function contentsOf(of: string): Record<string, string> {
  const names = readdirSync(of, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(of.length + 1));
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(of, name), 'utf8')]));
}

/** What stands in a file besides, for one test. */
function changed(name: string, change: (text: string) => string): string {
  const copy = join(folder, 'changed');
  rmSync(copy, { recursive: true, force: true });
  cpSync(files, copy, { recursive: true });
  const before = existsSync(join(copy, name)) ? readFileSync(join(copy, name), 'utf8') : '';
  const text = change(before);
  assert.notEqual(text, before, `${name} was to be changed`);
  mkdirSync(join(copy, name, '..'), { recursive: true });
  writeFileSync(join(copy, name), text);
  return copy;
}

interface Explained {
  readonly allowed: boolean;
  readonly gates: readonly { readonly kind: string }[];
}

async function explain(server: BerthServer, of: { who: string; action: string; where: string }) {
  const client = clients.get(server) ?? server.client();
  clients.set(server, client);
  const query = new URLSearchParams(of).toString();
  return jsonOf<Explained>(await client.get(`/api/berth/v1/explain?${query}`));
}
const clients = new Map<BerthServer, ReturnType<BerthServer['client']>>();

/** Everything that files can say, and everybody who can have a role by some way. */
async function fillSource(): Promise<void> {
  await createProject(source, 'matrix');
  for (const { client } of await plantHolders(source, source.port)) client.close();
  for (const username of ['bob', 'alice']) await addUser(source, { username, password });
  await createProject(source, 'pay');
  await createProject(source, 'open', '--public', '--sparse-manifests');
  await run(source, 'group', 'create', 'makers');
  await run(source, 'group', 'add', 'makers', 'alice');
  await run(source, 'access', 'grant', 'bob', 'guest', 'pay/api', '--tag', 'v*', '--expires', '2099-05-01');
  await run(source, 'access', 'grant', 'group:makers', 'pull,push', 'pay/team/**');
  await run(
    source,
    'role',
    'create',
    'cleaner',
    '--level',
    'system',
    '--permission',
    'garbage-collection:create',
  );
  await run(source, 'access', 'grant', 'bob', 'cleaner', 'system');
  await run(
    source,
    'robot',
    'create',
    'ci',
    '-p',
    'pay',
    '--permission',
    'repository:pull',
    '--repositories',
    'api/**',
  );
  const fleet = ['pay/repository:pull', '*/project:read', '/project:create'];
  await run(source, 'robot', 'create', 'fleet', '--system', '--days', '-1', '--permission', ...fleet);
  await run(source, 'robot', 'disable', 'robot$fleet');
  await run(source, 'access', 'grant', 'robot:pay+ci', 'pull', 'pay/web');
  await run(source, 'label', 'create', 'hot', '--color', '#ff0000', '--description', 'burns: "much"');
  await run(source, 'label', 'create', '1.0', '-p', 'pay');
  await run(source, 'tag', 'keep', 'pay', 'v*');
  const admin = source.client();
  const excluding = {
    disabled: true,
    accept_same_digest: true,
    tag_selectors: [{ kind: 'regex', decoration: 'excludes', pattern: 'v[0-9]+' }],
    scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoExcludes', pattern: 'tmp/**' }] },
  };
  const rules = '/api/v2.0/projects/pay/immutabletagrules';
  const made = await sendJson(admin, 'POST', rules, excluding);
  const id = Number(String(made.headers.location).split('/').at(-1));
  assert.equal((await sendJson(admin, 'PUT', `${rules}/${id}`, { ...excluding, id })).status, 200);
  const protect = ['tag', 'protect', 'pay', 'latest', '--repositories', 'api'];
  await run(source, ...protect, '--allow', 'alice', 'group:makers', 'robot:pay+ci');
  await run(source, 'quota', 'set', 'pay', '1000000');
  await run(source, 'config', 'set', 'session_timeout', '90');
  await run(source, 'config', 'set', 'project_members_default', 'makers=guest');
  await run(source, 'project', 'update', 'pay', '--set', 'severity=high', 'reuse_sys_cve_allowlist=true');
  const list = { items: [{ cve_id: 'CVE-2026-2' }, { cve_id: 'CVE-2026-1' }], expires_at: 4_000_000_000 };
  assert.equal((await sendJson(admin, 'PUT', '/api/v2.0/system/CVEAllowlist', list)).status, 200);
  const ofProject = { cve_allowlist: { items: [{ cve_id: 'CVE-2026-3' }] } };
  assert.equal((await sendJson(admin, 'PUT', '/api/v2.0/projects/pay', ofProject)).status, 200);
}

async function usersOf(server: BerthServer): Promise<string[]> {
  const page = await server.client().get('/api/v2.0/users?page_size=100');
  return jsonOf<{ username: string }[]>(page).map(({ username }) => username);
}

test('what was exported and applied to an empty registry is exported there byte for byte again', async () => {
  await fillSource();
  const exported = await config(source, 'export', files);
  assert.equal(exported.code, 0, exported.stderr);
  const texts = contentsOf(files);
  assert.deepEqual(Object.keys(texts), [
    'groups.yml',
    ...['library', 'matrix-open', 'matrix-other', 'matrix', 'open', 'pay'].map(
      (name) => `projects/${name}.yml`,
    ),
    'roles.yml',
    'settings.yml',
    'system.yml',
  ]);
  const missing = await config(target, 'apply', files);
  assert.equal(missing.code, 2, 'accounts are not made');
  assert.match(missing.stderr, /^projects\/pay\.yml:\d+:10: there is no account bob; .*berth user add bob$/m);
  assert.equal(JSON.stringify(await projectNames(target)), '["library"]', 'nothing was changed');
  for (const username of await usersOf(source)) {
    const body = { username, password, email: `${username}@example.org`, realname: username };
    assert.equal((await sendJson(target.client(), 'POST', '/api/v2.0/users', body)).status, 201);
  }
  const planned = await config(target, 'apply', files, '--dry-run');
  assert.equal(planned.code, 0, planned.stderr);
  assert.equal(JSON.stringify(await projectNames(target)), '["library"]', 'nothing was changed');
  const applied = await config(target, 'apply', files, '--secrets-file', secretsFile);
  assert.equal(applied.code, 0, applied.stderr);
  assert.equal(applied.stdout, planned.stdout, 'what was planned was done');
  const again = join(folder, 'again');
  assert.equal((await config(target, 'export', again)).code, 0);
  assert.deepEqual(contentsOf(again), texts);
  const second = await config(target, 'apply', files);
  assert.deepEqual([second.code, second.stdout, second.stderr], [0, '', '0 changes.\n']);
  const same = await config(target, 'diff', files);
  assert.deepEqual([same.code, same.stdout, same.stderr], [0, '', 'No differences.\n']);
});

async function projectNames(server: BerthServer): Promise<string[]> {
  const page = await server.client().get('/api/v2.0/projects?page_size=100&sort=name');
  return jsonOf<{ name: string }[]>(page).map(({ name }) => name);
}

test('no secret is in the files; those of robots that were made are in the file for them, for its owner only', async () => {
  assert.equal(statSync(secretsFile).mode & 0o777, 0o600);
  const secrets = readFileSync(secretsFile, 'utf8').trimEnd().split('\n');
  assert.equal(secrets.length, 8, 'six of the matrix, one of a project, one of the system');
  const [line = ''] = secrets.filter((each) => each.startsWith('robot$pay+ci: '));
  const secret = line.split(' ')[1] ?? '';
  const robot = target.client({ username: 'robot$pay+ci', password: secret });
  assert.equal((await robot.get('/api/berth/v1/robots/current')).status, 200);
  const all = Object.values(contentsOf(files)).join('\n');
  assert.doesNotMatch(all, /secret|password|token:/i);
  assert.ok(!all.includes(secret) && !all.includes(password));
});

const whoOf: Readonly<Partial<Record<Way, (letter: string) => string>>> = {
  project: (letter) => `role-${letter}`,
  public: (letter) => `role-${letter}`,
  none: (letter) => `role-${letter}`,
  pattern: (letter) => `pattern-${letter}`,
  group: (letter) => `group-${letter}`,
  robot: (letter) => `robot:matrix+role-${letter}`,
};
const lettersOf = { pattern: 'AMDGLC', robot: 'AMDGLC', group: 'AMDGLCOSU' } as const;

function placeBy(way: Way): string {
  if (way === 'pattern') return 'matrix/app/web';
  return way === 'public' ? 'matrix-open' : way === 'none' ? 'matrix-other' : 'matrix';
}

test('in the registry made of files each role may do what the matrix says, by each way to come by it', async (t) => {
  let count = 0;
  for (const [way, nameOf] of Object.entries(whoOf) as [Way, (letter: string) => string][]) {
    const letters = way in lettersOf ? lettersOf[way as keyof typeof lettersOf] : 'AMDGLCXOSU';
    for (const letter of letters)
      for (const row of roleMatrix.matrix) {
        const who = nameOf(letter).toLowerCase();
        const asked = { who, action: row.permission, where: placeBy(way) };
        const { allowed } = await explain(target, asked);
        assert.equal(allowed, row[way].includes(letter), `${letter} by ${way}: ${row.permission}`);
        count += 1;
      }
  }
  t.diagnostic(`${count} questions`);
});

test('everybody may do the same in both registries, in every repository, and the same gates are in the way', async (t) => {
  const everybody = [...(await usersOf(source)), 'admin', 'robot:pay+ci', 'robot:fleet'];
  const places = ['pay/api:v1', 'pay/api:latest', 'pay/web', 'pay/team/app', 'open/app', 'matrix/app/web'];
  let [count, allowed] = [0, 0];
  for (const who of everybody)
    for (const where of places)
      for (const action of ['pull', 'push', 'delete', 'read']) {
        const before = await explain(source, { who, action, where });
        const now = await explain(target, { who, action, where });
        const kinds = (of: Explained): unknown => [of.allowed, of.gates.map(({ kind }) => kind)];
        assert.deepEqual(kinds(now), kinds(before), `${who} ${action} ${where}`);
        count += 1;
        allowed += Number(now.allowed);
      }
  t.diagnostic(`${count} questions, ${allowed} allowed`);
  assert.ok(allowed > 0 && allowed < count);
});

test('drift is named and ends with 8, apply repairs it, and what the files do not have stays until it is pruned', async () => {
  await run(target, 'config', 'set', 'session_timeout', '15');
  await run(target, 'access', 'revoke', 'group:makers', 'pull,push', 'pay/team/**');
  await run(target, 'project', 'update', 'open', '--set', 'public=false');
  await run(target, 'quota', 'set', 'pay', '5');
  await run(target, 'label', 'update', '1.0', '-p', 'pay', '--description', 'old');
  await run(target, 'robot', 'update', 'robot$pay+ci', '-p', 'pay', '--days', '7');
  await run(target, 'role', 'update', 'own-role', '--permission', 'project:read');
  await run(target, 'project', 'create', 'empty');
  await createProject(target, 'full');
  await target.client().pushImage('full/app', 'v1', imageOf({ seed: 'full' }));
  await grantRole(target, { username: 'alice', role: 'maintainer', place: 'pay' });
  await run(target, 'group', 'add', 'makers', 'bob');
  const drift = [
    '~ settings (session_timeout: 15 → 90)',
    '~ role own-role (permissions: ["project:read"] → ["member:list","project:read","repository:list","repository:pull","tag:create"])',
    '~ project open (public: false → true)',
    '~ project pay (storage_limit: 5 → 1000000)',
    '~ project pay: label 1.0 (description: "old" → -)',
    '~ project pay: robot ci (days: 7 → 30)',
    '+ project pay: grant group:makers pull,push in team/**',
  ];
  const extras = [
    'project pay: grant alice maintainer',
    'project empty',
    'project full',
    'group makers: member bob',
  ];
  const diff = await config(target, 'diff', files);
  assert.equal(diff.code, 8, diff.stderr);
  assert.deepEqual(diff.stdout.trimEnd().split('\n'), [
    ...drift,
    ...extras.map((each) => `? ${each} (not in the files)`),
  ]);
  assert.equal(diff.stderr, '1 to add, 6 to change, 0 to remove; 4 not in the files.\n');
  const rows = JSON.parse((await config(target, 'diff', files, '-o', 'json')).stdout) as { at?: string }[];
  assert.match(rows[0]?.at ?? '', /^settings\.yml:\d+$/);
  const repaired = await config(target, 'apply', files);
  assert.equal(repaired.code, 0, repaired.stderr);
  assert.deepEqual(repaired.stdout.trimEnd().split('\n'), drift);
  assert.match(repaired.stderr, /^7 changes\.\n4 things are not in the files and stay; /);
  const wanted = ['- project pay: grant alice maintainer', '- project empty', '- group makers: member bob'];
  const pruned = await config(target, 'apply', files, '--prune');
  assert.equal(pruned.code, 0, pruned.stderr);
  assert.deepEqual(pruned.stdout.trimEnd().split('\n'), wanted);
  assert.equal(pruned.stderr, '3 changes.\n? project full (stays: it has repositories)\n');
  assert.ok((await projectNames(target)).includes('full'));
});

test('another role for the same holder at the same place takes the place of the one that was there', async () => {
  const copy = changed('projects/pay.yml', (text) => text.replace('role: guest', 'role: developer'));
  const applied = await config(target, 'apply', copy);
  assert.equal(
    applied.stdout,
    '~ project pay: grant bob developer in api for tags v* (role: "guest" → "developer")\n',
  );
  const listed = await run(target, 'access', 'list', '--holder', 'bob', '--project', 'pay');
  assert.match(listed, /^bob\tdeveloper\tpay\/api\tv\*\t2099-05-02T00:00:00Z$/m);
  assert.doesNotMatch(listed, /guest/);
  assert.equal((await config(target, 'apply', files)).code, 0);
});

test("whoever prunes keeps the administrator's role that they do it by", async () => {
  const copy = changed('system.yml', (text) =>
    text.replace(/ {2}- who: admin\n {4}role: system-admin\n/, ''),
  );
  const { code, stdout, stderr } = await config(target, 'apply', copy, '--prune');
  assert.equal(code, 0, stderr);
  assert.equal(stdout, '');
  assert.match(stderr, /^\? system: grant admin system-admin \(stays: it is your own access\)$/m);
});

test('an apply that was refused half-way is gone on with by the same command', async () => {
  const copy = changed('projects/pay.yml', (text) =>
    text.replace('labels:\n', `labels:\n  - name: first\n  - name: ${'x'.repeat(200)}\n`),
  );
  const refused = await config(target, 'apply', copy);
  assert.equal(refused.code, 2, refused.stderr);
  assert.equal(refused.stdout, '+ project pay: label first\n');
  assert.match(
    refused.stderr,
    /^berth: stopped after 1 of 2 steps at project pay: label x+ \(projects\/pay\.yml:\d+\): /,
  );
  writeFileSync(
    join(copy, 'projects/pay.yml'),
    readFileSync(join(copy, 'projects/pay.yml'), 'utf8').replace('x'.repeat(200), 'second'),
  );
  assert.equal((await config(target, 'apply', copy)).stdout, '+ project pay: label second\n');
  const pruned = await config(target, 'apply', files, '--prune');
  assert.equal(pruned.stdout, '- project pay: label first\n- project pay: label second\n', pruned.stderr);
});

test('who administers one project exports, compares and applies its file, and nothing beyond it', async () => {
  await grantRole(target, { username: 'alice', role: 'projectAdmin', place: 'open' });
  const as = (verb: string, from: string, ...args: string[]): Promise<Outcome> => {
    const server = ['--server', `http://127.0.0.1:${target.port}`, '--user', 'alice', '--password-stdin'];
    return berth(['config', verb, '-f', from, ...args, ...server], { input: `${password}\n` });
  };
  const mine = join(folder, 'mine');
  const exported = await as('export', mine, '--project', 'open');
  assert.equal(exported.code, 0, exported.stderr);
  assert.deepEqual(Object.keys(contentsOf(mine)), ['projects/open.yml']);
  assert.equal((await as('diff', mine)).code, 0);
  const file = join(mine, 'projects/open.yml');
  const text = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    text.replace('labels: []', 'labels:\n  - name: mine').replace('- who: alice', '- who: bob'),
  );
  const applied = await as('apply', mine, '--prune');
  assert.equal(applied.code, 0, applied.stderr);
  assert.equal(applied.stdout, '+ project open: label mine\n+ project open: grant bob projectAdmin\n');
  assert.match(
    applied.stderr,
    /^\? project open: grant alice projectAdmin \(stays: it is your own access\)$/m,
  );
  const all = await as('apply', files);
  assert.equal(all.code, 5, 'settings are not theirs to read');
  assert.equal((await config(target, 'apply', files, '--prune')).code, 0);
});

test('an apply that was killed is gone on with by the same command', async () => {
  const many = join(folder, 'many');
  mkdirSync(join(many, 'projects'), { recursive: true });
  for (let number = 1; number <= 20; number += 1) {
    const text = `public: true\ngrants:\n  - {who: bob, role: guest}\nlabels:\n  - name: n${number}\n`;
    writeFileSync(join(many, `projects/many-${number}.yml`), text);
  }
  const child = spawnBerth(['config', 'apply', '-f', many, '--data', target.data]);
  child.stdout?.once('data', () => child.kill('SIGKILL'));
  await once(child, 'exit');
  assert.equal(child.signalCode, 'SIGKILL');
  const rest = await config(target, 'diff', many);
  assert.equal(rest.code, 8, 'it was not through');
  assert.equal((await config(target, 'apply', many, '--prune')).code, 0);
  assert.equal((await config(target, 'diff', many)).code, 0);
  const gone = await config(target, 'apply', files, '--prune');
  assert.equal(gone.stdout.match(/^- project many-\d+$/gm)?.length, 20, gone.stderr);
});

test('an auditor compares everything and changes nothing; duties that are separated can be swapped', async () => {
  for (const username of ['eve', 'otto']) await addUser(target, { username, password });
  const copy = changed('system.yml', (text) =>
    text.replace('grants:\n', 'grants:\n  - {who: eve, role: auditor}\n  - {who: otto, role: operator}\n'),
  );
  const settings = join(copy, 'settings.yml');
  const separated = readFileSync(settings, 'utf8').replace('of_duties: false', 'of_duties: true');
  writeFileSync(settings, separated);
  assert.equal((await config(target, 'apply', copy)).code, 0);
  const asEve = (verb: string): Promise<Outcome> => {
    const server = ['--server', `http://127.0.0.1:${target.port}`, '--user', 'eve', '--password-stdin'];
    return berth(['config', verb, '-f', copy, ...server], { input: `${password}\n` });
  };
  const same = await asEve('diff');
  assert.equal(same.code, 8, same.stderr);
  assert.equal(same.stdout, '? project full (not in the files)\n');
  writeFileSync(settings, separated.replace('session_timeout: 90', 'session_timeout: 91'));
  const refused = await asEve('apply');
  assert.deepEqual([refused.code, refused.stdout], [5, '']);
  assert.match(
    refused.stderr,
    /^berth: stopped after 0 of 1 steps at settings \(settings\.yml:1\): eve may not /,
  );
  writeFileSync(settings, separated);
  const file = join(copy, 'system.yml');
  const swapped = readFileSync(file, 'utf8').replace('eve, role: auditor', 'otto, role: auditor');
  writeFileSync(file, swapped.replace('otto, role: operator', 'eve, role: operator'));
  const applied = await config(target, 'apply', copy);
  assert.equal(applied.code, 0, applied.stderr);
  assert.equal(
    applied.stdout,
    '~ system: grant eve operator (role: "auditor" → "operator")\n~ system: grant otto auditor (role: "operator" → "auditor")\n',
  );
  assert.equal((await config(target, 'apply', files, '--prune')).code, 0);
});

test('files that say something else are replaced only when that is said', async () => {
  const copy = changed('projects/pay.yml', (text) => `# by hand\n${text}`);
  writeFileSync(join(copy, 'projects/gone.yml'), 'public: false\n');
  const before = contentsOf(copy);
  const refused = await config(source, 'export', copy);
  assert.equal(refused.code, 7);
  assert.match(
    refused.stderr,
    /2 files say something else, such as projects\/pay\.yml; to replace them: --force$/m,
  );
  assert.deepEqual(contentsOf(copy), before);
  assert.equal((await config(source, 'export', copy, '--force')).code, 0);
  assert.deepEqual(contentsOf(copy), contentsOf(files));
});

/** What is wrong, and exactly what is said about it. */
const bad: readonly (readonly [
  what: string,
  file: string,
  change: (text: string) => string,
  said: string,
])[] = [
  [
    'an unknown key',
    'projects/pay.yml',
    (text) => text.replace('public: false', 'publik: false'),
    'projects/pay.yml:1:1: there is no key publik here; did you mean public?',
  ],
  [
    'a value of another type',
    'projects/pay.yml',
    (text) => text.replace('public: false', 'public: maybe'),
    'projects/pay.yml:1:9: true or false is needed here',
  ],
  [
    'a file that is no YAML',
    'roles.yml',
    () => '- name: [\n',
    'roles.yml:2:1: this is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  [
    'a file of another name',
    'setings.yml',
    () => 'read_only: true\n',
    'setings.yml:1:1: no file of a configuration is called setings.yml; did you mean settings.yml?',
  ],
  [
    'an account that there is not',
    'groups.yml',
    (text) => text.replace('    - alice', '    - malice'),
    'groups.yml:LINE:7: there is no account malice; accounts are not made by files: berth user add malice',
  ],
  [
    'a group that there is not',
    'projects/open.yml',
    (text) => text.replace('- who: admin', '- who: group:ghosts'),
    'projects/open.yml:LINE:10: there is no group ghosts, neither in the registry nor in groups.yml',
  ],
  [
    'a role that there is not',
    'projects/open.yml',
    (text) => text.replace('role: projectAdmin', 'role: projectAdmn'),
    'projects/open.yml:LINE:11: there is no role projectAdmn; did you mean projectAdmin?',
  ],
  [
    'a role of the system in a project',
    'projects/open.yml',
    (text) => text.replace('role: projectAdmin', 'role: auditor'),
    'projects/open.yml:LINE:11: auditor is a role on the system: it stands in system.yml',
  ],
  [
    'a pattern outside the grammar',
    'projects/pay.yml',
    (text) => text.replace('repositories: team/**', 'repositories: team/*'),
    'projects/pay.yml:LINE:19: "team/*" names no repositories: write one (api), all below a folder (team/**) or ** for all, without the project',
  ],
  [
    'tags outside the grammar',
    'projects/pay.yml',
    (text) => text.replace('    tags: v*', '    tags: v*.1'),
    'projects/pay.yml:LINE:11: "v*.1" names no tags: write one (latest), all that begin alike (v*) or * for all',
  ],
  [
    'an immutable rule that cannot be read',
    'projects/pay.yml',
    (text) => text.replace('- tags: v*', '- tags: "{v*"'),
    'projects/pay.yml:LINE:11: the pattern "{v*" cannot be read: ',
  ],
  [
    'a name twice',
    'projects/pay.yml',
    (text) => text.replace('labels:\n', 'labels:\n  - name: 1.0\n'),
    'projects/pay.yml:LINE:5: 1.0 is here twice',
  ],
  [
    'a permission that there is not',
    'roles.yml',
    (text) => text.replace('- project:read', '- project:reed'),
    'roles.yml:LINE:5: there is no permission project:reed here; did you mean project:read?',
  ],
  [
    'a setting that there is not',
    'settings.yml',
    (text) => text.replace('read_only:', 'readonly:'),
    'settings.yml:LINE:1: there is no setting readonly; did you mean read_only?',
  ],
  [
    'a setting of another type',
    'settings.yml',
    (text) => text.replace('read_only: false', 'read_only: 1'),
    'settings.yml:LINE:1: the value of read_only is of another kind: true / false',
  ],
  [
    'a robot that there is not',
    'projects/pay.yml',
    (text) => text.replace('- robot:pay+ci\n', '- robot:pay+cd\n'),
    'projects/pay.yml:LINE:7: there is no robot account pay+cd, neither in the registry nor in the files; those of a project are PROJECT+NAME',
  ],
  [
    'what an administrator has locked',
    'projects/new.yml',
    () => 'public: true\n',
    'projects/new.yml:1:9: public is locked to false for all projects (project_public_locked)',
  ],
];

for (const [what, file, change, said] of bad) {
  test(`${what} is told with its place, and nothing is changed`, async () => {
    const copy = changed(file, change);
    const locks = file === 'projects/new.yml';
    if (locks) {
      const settings = join(copy, 'settings.yml');
      const text = readFileSync(settings, 'utf8').replace('public_locked: false', 'public_locked: true');
      writeFileSync(settings, text);
    }
    // It would be the first step.
    writeFileSync(join(copy, 'projects/aaa.yml'), 'public: false\n');
    const { code, stdout, stderr } = await config(target, 'apply', copy, '--prune');
    assert.equal(code, 2, stderr);
    assert.equal(stdout, '');
    const lines = stderr.trimEnd().split('\n');
    const pattern = said.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replace('LINE', '\\d+');
    assert.match(lines[0] ?? '', new RegExp(`^${pattern}`));
    const count = lines.length === 2 ? '1 problem' : `${lines.length - 1} problems`;
    assert.equal(lines.at(-1), `berth: nothing was changed: ${count} in the files`);
    assert.equal((await config(target, 'diff', files)).stdout, '? project full (not in the files)\n');
  });
}

test('all problems of all files are told at once, in the order of the files', async () => {
  const copy = changed('groups.yml', (text) => text.replace('    - alice', '    - malice'));
  writeFileSync(join(copy, 'roles.yml'), '- name: x\n- level: nowhere\n');
  const { code, stdout, stderr } = await config(target, 'diff', copy);
  assert.deepEqual([code, stdout], [2, '']);
  const told = stderr.trimEnd().split('\n');
  assert.match(told[0] ?? '', /^groups\.yml:\d+:7: there is no account malice; /);
  assert.deepEqual(told.slice(-5), [
    'roles.yml:1:3: the key level is missing',
    'roles.yml:1:3: the key permissions is missing',
    'roles.yml:2:3: the key name is missing',
    'roles.yml:2:3: the key permissions is missing',
    `berth: nothing was changed: ${told.length - 1} problems in the files`,
  ]);
});

test('a grant in a file whose time is over counts as if it were not there', async () => {
  const copy = changed('projects/pay.yml', (text) => text.replace('2099-05-02T00:00:00Z', '2020-01-01'));
  const { code, stdout, stderr } = await config(target, 'diff', copy);
  assert.equal(code, 8);
  assert.match(
    stderr,
    /^projects\/pay\.yml:\d+: bob guest in api for tags v\* has ended, and counts as if it were not there$/m,
  );
  assert.match(stdout, /^\? project pay: grant bob guest in api for tags v\* \(not in the files\)$/m);
});

test('a folder that is not there, or has no files, is refused', async () => {
  const none = await config(target, 'apply', join(folder, 'none'));
  assert.deepEqual([none.code, none.stdout], [6, '']);
  assert.match(none.stderr, /cannot be read: ENOENT/);
  mkdirSync(join(folder, 'bare'));
  const bare = await config(target, 'diff', join(folder, 'bare'));
  assert.equal(bare.code, 6);
  assert.match(bare.stderr, /to make them: berth config export -f /);
  const unnamed = await berth(['config', 'diff', '--data', target.data]);
  assert.equal(unnamed.code, 2);
});
