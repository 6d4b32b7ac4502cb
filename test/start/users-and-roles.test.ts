// `berth user`, `berth project`, `berth access`: what an operator does on the machine of a running server.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type BerthOptions, berth, launcher, type Outcome } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { noPseudoTerminal, PseudoTerminal } from '../harness/pseudo-terminal.ts';
import { expectError, expectStatus } from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());

const secret = 'Some-Long-Secret-1';

function run(line: string, options: BerthOptions = {}): Promise<Outcome> {
  return berth([...line.split(' '), '--data', server.data], options);
}

async function done(line: string, options: BerthOptions = {}): Promise<Outcome> {
  const outcome = await run(line, options);
  assert.equal(outcome.code, 0, `${line}: ${outcome.stderr}`);
  return outcome;
}

const addUser = (name: string) => done(`user add ${name} --password-stdin`, { input: `${secret}\n` });
const as = (username: string) => server.client({ username, password: secret });

async function json<T>(line: string): Promise<T> {
  return JSON.parse((await done(`${line} --json`)).stdout) as T;
}

test('an account that was made signs in, pushes where it has a role, and not after that was taken back', async () => {
  await addUser('alice');
  await done('project create payments');
  const repository = 'payments/backend/api';
  const image = imageOf({ seed: 'roles' });
  expectStatus(await as('alice').get('/v2/'), 200);
  expectError(await as('alice').get(`/v2/${repository}/tags/list`), 404, 'NAME_UNKNOWN');
  const granted = await done('access grant alice developer payments/backend/**');
  assert.equal(granted.stdout, '');
  assert.equal(granted.stderr, 'alice is developer on payments/backend/**.\n');
  await as('alice').pushImage(repository, 'v1', image);
  expectError(
    await as('alice').call('POST', '/v2/payments/frontend/blobs/uploads/', { body: '' }),
    404,
    'NAME_UNKNOWN',
  );
  const revoked = await done('access revoke alice DEVELOPER payments/backend/**');
  assert.equal(revoked.stderr, 'alice is no longer developer on payments/backend/**.\n');
  expectError(await as('alice').get(`/v2/${repository}/tags/list`), 404, 'NAME_UNKNOWN');
});

test('an owner is projectAdmin of a public project that strangers pull from', async () => {
  await addUser('olga');
  await done('project create open.source --public --owner olga');
  const image = imageOf({ seed: 'roles' });
  await as('olga').pushImage('open.source/app', 'v1', image);
  await server.client(null).pullImage('open.source/app', 'v1', image);
  const roles = await json<object[]>('access list --project open.source');
  assert.deepEqual(
    roles.map((role) => ({ ...role, id: 0, created_at: '' })),
    [
      {
        user: 'olga',
        id: 0,
        role: 'projectAdmin',
        project: 'open.source',
        repositories: null,
        tags: null,
        expires_at: null,
        created_at: '',
      },
    ],
  );
});

test('a project is deleted when it is empty, and made again it begins with nothing', async () => {
  await addUser('dora');
  await done('project create short-lived --owner dora');
  const image = imageOf({ seed: 'roles' });
  await as('dora').pushImage('short-lived/app', 'v1', image);
  const full = await run('project delete short-lived --yes');
  assert.equal(full.code, 7);
  assert.match(full.stderr, /contains repositories, such as short-lived\/app; delete their artifacts first/);
  expectStatus(await as('dora').delete(`/v2/short-lived/app/manifests/${image.manifest.digest}`), 202);
  const upload = await as('dora').startUpload('short-lived/app');
  const unsure = await run('project delete short-lived');
  assert.equal(unsure.code, 2);
  assert.match(unsure.stderr, /--yes/);
  await done('project delete short-lived --yes');
  assert.equal((await run('project show short-lived')).code, 6);
  expectStatus(await as('dora').get('/v2/short-lived/app/tags/list'), 404);
  await done('project create short-lived --owner dora');
  expectError(await as('dora').get('/v2/short-lived/app/tags/list'), 404, 'NAME_UNKNOWN');
  expectError(await as('dora').patch(upload, Buffer.from('x')), 404, 'BLOB_UPLOAD_UNKNOWN');
  await as('dora').pushImage('short-lived/app', 'v1', image);
});

test('what was made is listed: tabs on a pipe, stable keys in JSON, titles in the language of the call', async () => {
  await done('user add listed --email l@example.com --realname 李雷 --password-stdin', { input: secret });
  await done('project create listed --sparse-manifests');
  await done('access grant listed limited-guest listed/a/** --tags v* --until 2099-01-31');
  const users = await done('user list');
  assert.match(users.stdout, /^NAME\tSTATE\tROLE\tE-MAIL\tPERSON\tMADE$/m);
  assert.match(users.stdout, /^listed\ton\t-\tl@example\.com\t李雷\t\d{4}-\d\d-\d\dT[\d:]+Z$/m);
  assert.match(users.stdout, /^admin\ton\tsystem-admin\t/m);
  const user = (await json<{ username: string }[]>('user list')).find((row) => row.username === 'listed');
  assert.deepEqual(Object.keys(user ?? {}), [
    'id',
    'username',
    'email',
    'realname',
    'disabled',
    'system_admin',
    'created_at',
  ]);
  const project = await json<Record<string, unknown>>('project show listed');
  assert.deepEqual(Object.keys(project), [
    'id',
    'name',
    'owner',
    'public',
    'sparse_manifests',
    'repositories',
    'created_at',
    'updated_at',
  ]);
  assert.deepEqual(
    [project['owner'], project['public'], project['sparse_manifests'], project['repositories']],
    ['admin', false, true, 0],
  );
  assert.ok((await json<object[]>('project list')).length >= 2);
  const roles = await done('access list --user listed', { env: { LANG: 'zh_CN.UTF-8' } });
  assert.equal(
    roles.stdout,
    '用户\t角色\t位置\tTag\t有效期至\nlisted\tlimitedGuest\tlisted/a/**\tv*\t2099-02-01T00:00:00Z\n',
  );
});

test('accounts are switched off and on, and the last administrator stays', async () => {
  await addUser('emil');
  assert.match((await done('user disable emil')).stderr, /switched off\.$/m);
  assert.match((await done('user disable emil')).stderr, /off already/);
  assert.match((await done('user list')).stdout, /^emil\toff\t/m);
  await done('user enable emil');
  const last = await run('user disable admin');
  assert.equal(last.code, 7);
  assert.match(last.stderr, /last system administrator[^]*berth access grant <user> system-admin/);
  assert.equal((await run('access revoke admin system-admin')).code, 7);
  await done('user add boss --admin --password-stdin', { input: secret });
  await done('access revoke boss system-admin');
});

test('a role on the system says where it counts: an operator has nothing in projects', async () => {
  await addUser('opal');
  const operator = await done('access grant opal operator system');
  assert.match(operator.stderr, /^opal is operator on the system\.$/m);
  assert.match((await done('access list --user opal')).stdout, /^opal\toperator\ton the system\t/m);
  assert.match((await done('access revoke opal operator system')).stderr, /no longer operator on the system/);
  assert.match((await done('access grant opal auditor system')).stderr, /^opal is auditor everywhere\.$/m);
  await done('access revoke opal auditor system');
});

test('a new password counts from then on, given as a file', async () => {
  await addUser('frida');
  const file = join(temporaryFolder(), 'password');
  writeFileSync(file, 'Quite-Another-One-2\n', { mode: 0o600 });
  await done(`user passwd frida --password-file ${file}`);
  expectStatus(await as('frida').get('/v2/'), 401);
  const password = 'Quite-Another-One-2';
  expectStatus(await server.client({ username: 'frida', password }).get('/v2/'), 200);
});

interface Refusal {
  readonly line: string;
  readonly code: number;
  readonly says: RegExp;
  readonly input?: string;
}

const refusals: Readonly<Record<string, Refusal>> = {
  'a name that is taken': {
    line: 'user add ADMIN --password-stdin',
    input: secret,
    code: 7,
    says: /a user admin already/,
  },
  'a name that is none': { line: 'user add a:b --password-stdin', input: secret, code: 2, says: /a:b/ },
  'a password that is easy to guess': {
    line: 'user add weak --password-stdin',
    input: 'Harbor12345',
    code: 2,
    says: /too easy to guess/,
  },
  'no password, and nobody to ask': { line: 'user add mute', code: 2, says: /--password-stdin/ },
  'a password file that is not there': {
    line: 'user add mute --password-file absent',
    code: 2,
    says: /absent/,
  },
  'an account that there is not': { line: 'user disable nobody', code: 6, says: /"nobody"/ },
  'a project that is there': { line: 'project create library', code: 7, says: /library already/ },
  'a project name that is none': { line: 'project create Team', code: 2, says: /"Team"[^]*lower-case/ },
  'a project for an owner who is none': {
    line: 'project create orphan --owner nobody',
    code: 6,
    says: /"nobody"/,
  },
  'a project that there is not': { line: 'project delete absent --yes', code: 6, says: /"absent"/ },
  'a role that there is not': {
    line: 'access grant admin devloper library',
    code: 2,
    says: /devloper[^]*did you mean developer/,
  },
  'a role without its place': { line: 'access grant admin guest', code: 2, says: /say where/ },
  'a role on everything with a place': {
    line: 'access grant admin system-admin library',
    code: 2,
    says: /name no project/,
  },
  'an administrator with an end': {
    line: 'access grant admin system-admin --until 2099-01-01',
    code: 2,
    says: /until the role is revoked/,
  },
  'a place that names nothing': {
    line: 'access grant admin guest library/a*b',
    code: 2,
    says: /"library\/a\*b"/,
  },
  'tags that name nothing': { line: 'access grant admin guest library --tags *v', code: 2, says: /"\*v"/ },
  'a day that there is not': {
    line: 'access grant admin guest library --until 2099-02-30',
    code: 2,
    says: /--expires/,
  },
  'a day that is over': {
    line: 'access grant admin guest library --until 2020-01-01',
    code: 2,
    says: /ended already/,
  },
  'a role that nobody has': {
    line: 'access revoke admin guest library',
    code: 6,
    says: /admin guest library/,
  },
  'a slip in the command': { line: 'user lst', code: 2, says: /lst[^]*list/ },
  'a slip in a noun': { line: 'projct list', code: 2, says: /projct[^]*project/ },
  'an argument too few': { line: 'project create', code: 2, says: /name/ },
  'an argument too many': { line: 'project create a b', code: 2, says: /b/ },
};

describe('refusals', { concurrency: 2 }, () => {
  for (const [what, { line, code, says, input }] of Object.entries(refusals)) {
    test(`refused, said why, nothing changed: ${what}`, async () => {
      const outcome = await run(line, input === undefined ? {} : { input });
      assert.equal(outcome.code, code, outcome.stderr);
      assert.equal(outcome.stdout, '');
      assert.match(outcome.stderr, says);
      assert.doesNotMatch(outcome.stderr, /\n\s+at |Harbor12345/);
    });
  }
});

test('no password is in the log of the server', () => {
  assert.doesNotMatch(server.stderr, /Some-Long-Secret|Quite-Another/);
});

test('without a running server that is said, in both languages, and ends with 9', async () => {
  const data = join(temporaryFolder(), 'data');
  for (const [lang, says] of [
    ['C.UTF-8', /no server runs on the data folder .*berth serve/],
    ['zh_CN.UTF-8', /没有运行中的服务器/],
  ] as const) {
    const outcome = await berth(['project', 'list', '--data', data], { env: { LANG: lang } });
    assert.equal(outcome.code, 9);
    assert.match(outcome.stderr, says);
  }
});

const terminal = noPseudoTerminal();
const onTerminal = terminal === undefined ? {} : { skip: terminal };
const typed = (line: string) =>
  new PseudoTerminal(`${launcher} ${line} --data ${server.data}`, { cwd: temporaryFolder() });

test(
  'on a terminal a password is asked for twice and not shown, and what comes next is told',
  onTerminal,
  async () => {
    const person = typed('user add greta');
    await person.shows(/New password of greta: /);
    person.type(`${secret}\r`);
    await person.shows(/The same again: /);
    person.type(`${secret}\r`);
    assert.equal(await person.ended, 0, person.shown);
    assert.doesNotMatch(person.shown, /Some-Long/);
    assert.match(person.shown, /Next: berth access grant greta developer <project>/);
    expectStatus(await as('greta').get('/v2/'), 200);
  },
);

test(
  'on a terminal a deletion is asked about, and anything but yes keeps the project',
  onTerminal,
  async () => {
    await done('project create doubtful');
    for (const [answer, code] of [
      ['n\r', 1],
      ['\r', 1],
      ['\x03', 130],
      ['\x04', 2],
      ['y\r', 0],
    ] as const) {
      assert.equal((await run('project show doubtful')).code, 0);
      const person = typed('project delete doubtful');
      await person.shows(/\[y\/N\]/);
      person.type(answer);
      assert.equal(await person.ended, code, person.shown);
    }
    assert.equal((await run('project show doubtful')).code, 6);
  },
);
