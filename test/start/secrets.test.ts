// Secrets that are easy to recognise are given in every way there is. None of them is ever in the log, in what is
// printed, in an answer, in the arguments or the title of a process, or in a file that others may read.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { addUser } from '../harness/accounts.ts';
import { type BerthOptions, berth } from '../harness/berth-command.ts';
import { changedSource } from '../harness/changed-source.ts';
import { RawConnection } from '../harness/raw-connection.ts';
import type { Answer } from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

const folder = temporaryFolder();
const tell = {
  admin: 'Planted-Admin-7c1',
  user: 'Planted-User-8d2',
  wrong: 'Planted-Wrong-9e3',
  database: 'Planted-Database-4f5',
  masterKey: 'b7'.repeat(32),
  bearer: 'Planted-Bearer-6a6',
  body: 'Planted-Body-2b7',
};

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** As they are, and as they travel in a Basic header and in an address. */
function formsOf(secret: string): string[] {
  const basic = ['admin', 'ann'].map((name) => base64(`${name}:${secret}`));
  return [
    secret,
    encodeURIComponent(secret),
    base64(secret),
    Buffer.from(secret, 'hex').toString('base64'),
    ...basic,
  ];
}

const planted = Object.entries(tell).flatMap(([what, secret]) =>
  formsOf(secret)
    .filter((form) => form.length > 8)
    .map((form) => [what, form] as const),
);
/** Signed by the server under test; they come as they are issued. */
const tokens: string[] = [];

function expectNone(where: string, text: string): void {
  const all = [...planted, ...tokens.map((token) => ['token', token.split('.')[2] ?? token] as const)];
  for (const [what, form] of all) assert.ok(!text.includes(form), `the secret "${what}" is in ${where}`);
  assert.doesNotMatch(text, /PRIVATE KEY|\$argon2id\$/, where);
}

async function expectQuiet(
  where: string,
  args: readonly string[],
  options: BerthOptions = {},
): Promise<void> {
  const { stdout, stderr } = await berth(args, options);
  expectNone(where, stdout + stderr);
}

function processesOf(pid: number): string {
  const read = (name: string): string => readFileSync(`/proc/${pid}/${name}`, 'latin1');
  return ['cmdline', 'comm', 'status'].map(read).join('\n');
}

const databaseUrl = `postgres://berth:${tell.database}@127.0.0.1:1/berth`;
const environment = { BERTH_ADMIN_PASSWORD: tell.admin, BERTH_SECRET_KEY: tell.masterKey };

describe('in the environment, in files, in a configuration file', { concurrency: 2 }, () => {
  const keyFile = join(folder, 'key.pem');
  execFileSync(
    'openssl',
    ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', keyFile],
    {
      stdio: 'ignore',
    },
  );
  const keyLines = readFileSync(keyFile, 'utf8')
    .split('\n')
    .filter((line) => /^[A-Za-z0-9+/=]{20,}$/.test(line));

  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    chmodSync(path, 0o600);
    return path;
  };

  const ways: readonly (readonly [what: string, env: Readonly<Record<string, string>>, yaml?: string])[] = [
    ['variables', { ...environment, BERTH_DATABASE_URL: databaseUrl }],
    [
      'files',
      {
        BERTH_ADMIN_PASSWORD_FILE: file('admin', `${tell.admin}\n`),
        BERTH_SECRET_KEY_FILE: file('master', `${tell.masterKey}\n`),
        BERTH_DATABASE_URL_FILE: file('url', `${databaseUrl}\n`),
      },
    ],
    [
      'a configuration file',
      {},
      `database_url: ${databaseUrl}\nsecret_key: ${tell.masterKey}\nadmin_password: ${tell.admin}\n`,
    ],
    [
      'an address that cannot be read',
      { ...environment, BERTH_DATABASE_URL: `postgres://berth:${tell.database}@[::1/x` },
    ],
    [
      'an address of another database',
      { ...environment, BERTH_DATABASE_URL: `mysql://berth:${tell.database}@host/x` },
    ],
    [
      'a secret in the place of another setting',
      { ...environment, BERTH_SECRET_KEY: `${tell.masterKey}${tell.database}` },
    ],
    ['a master key that is none', { ...environment, BERTH_SECRET_KEY: tell.admin }],
    [
      'the contents of a key for its file',
      { ...environment, BERTH_TLS: 'files', BERTH_TLS_KEY: keyFile, BERTH_TLS_CERTIFICATE: keyFile },
    ],
    [
      'YAML that is broken behind a secret',
      {},
      `admin_password: ${tell.admin}\n\t database_url: {${tell.database}\n`,
    ],
    ['YAML whose secret is a list', {}, `admin_password: [${tell.admin}]\n`],
    [
      'YAML whose secret is a number of keys',
      {},
      `database_url: {a: ${tell.database}, b: ${tell.masterKey}}\n`,
    ],
    ['a secret under a wrong name', { BERTH_ADMIN_PASWORD: tell.admin }, `admin_pasword: ${tell.admin}\n`],
  ];

  for (const [what, env, yaml] of ways) {
    test(`no secret is printed by config show, config check or a start that fails: ${what}`, async () => {
      const cwd = join(folder, what.replaceAll(' ', '-'));
      mkdirSync(cwd);
      if (yaml !== undefined) writeFileSync(join(cwd, 'berth.yml'), yaml);
      const options = { env, cwd };
      for (const more of [[], ['--origin'], ['--json']])
        await expectQuiet(`config show ${more.join()}`, ['config', 'show', ...more], options);
      await expectQuiet('config check', ['config', 'check'], options);
      // None of these can start: the database does not answer, or the settings are wrong.
      for (const LANG of ['C.UTF-8', 'zh_CN.UTF-8']) {
        const started = await berth(['serve', '--listen', '127.0.0.1:0'], { env: { ...env, LANG }, cwd });
        assert.notEqual(started.code, 0);
        expectNone(`a refused start (${LANG})`, started.stdout + started.stderr);
        for (const line of keyLines)
          assert.ok(!(started.stdout + started.stderr).includes(line), 'the TLS key');
      }
    });
  }

  test('a secret is refused as an option, since everybody can read arguments', async () => {
    for (const option of ['--admin-password', '--database-url', '--secret-key']) {
      const { code, stdout, stderr } = await berth(['serve', `${option}=x`]);
      assert.equal(code, 2, option);
      assert.match(stdout + stderr, /option/);
    }
  });
});

describe('in a server that works and is attacked', () => {
  let server: BerthServer;
  after(async () => server[Symbol.asyncDispose]());
  const answers: Answer[] = [];

  async function start(): Promise<void> {
    server = await BerthServer.start({
      folder: join(folder, 'server'),
      env: { ...environment, BERTH_LOG_LEVEL: 'debug' },
    });
  }

  test('it starts, and accounts are made', async () => {
    mkdirSync(join(folder, 'server'));
    await start();
    await addUser(server, { username: 'ann', password: tell.user });
  });

  test('who signs in, or fails to, leaves no password and no token', async () => {
    for (const who of [
      { username: 'admin', password: tell.admin },
      { username: 'ann', password: tell.user },
      { username: 'ann', password: tell.wrong },
      { username: tell.wrong, password: tell.wrong },
      { username: 'nobody', password: tell.wrong },
    ]) {
      const client = server.client(who);
      const given = await client.get(
        '/service/token?service=harbor-registry&scope=repository:library/a:pull',
      );
      if (given.status === 200) tokens.push((JSON.parse(given.body.toString()) as { token: string }).token);
      answers.push(await client.get('/v2/'), await client.get('/api/v2.0/users/current'));
    }
    assert.equal(tokens.length, 2);
  });

  test('hostile requests leave nothing of what they brought along', async () => {
    const nobody = server.client(null);
    const [token = ''] = tokens;
    const headers: readonly Readonly<Record<string, string>>[] = [
      { Authorization: `Bearer ${tell.bearer}` },
      { Authorization: `Bearer ${token}x` },
      { Authorization: `Bearer ${token}` },
      { Authorization: `Basic ${tell.bearer}` },
      { Authorization: `Digest ${tell.bearer}` },
      { Authorization: tell.bearer },
      { Cookie: `sid=${tell.bearer}`, 'X-Harbor-CSRF-Token': tell.bearer },
      { 'Proxy-Authorization': `Basic ${base64(`ann:${tell.wrong}`)}` },
    ];
    for (const each of headers)
      for (const path of [
        '/v2/',
        '/v2/library/a/tags/list',
        '/api/v2.0/projects',
        '/api/v2.0/users/current',
        '/nowhere',
      ])
        answers.push(await nobody.get(path, each));
    for (const path of [
      `/v2/?access_token=${tell.bearer}`,
      `/service/token?service=harbor-registry&account=ann&password=${tell.wrong}`,
      `/api/v2.0/projects?token=${tell.bearer}`,
    ])
      answers.push(await nobody.get(path));
    const form = `grant_type=password&service=harbor-registry&username=ann&password=${tell.wrong}`;
    const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
    answers.push(await nobody.call('POST', '/service/token', { headers: type, body: form }));
    answers.push(
      await nobody.call('POST', '/service/token', { headers: type, body: `${form}&refresh_token=${token}` }),
    );
    const json = { 'Content-Type': 'application/json' };
    const admin = server.client({ username: 'admin', password: tell.admin });
    for (const body of [
      `{"project_name":"a","password":"${tell.body}"}`,
      `{"password":"${tell.body}`,
      `"${tell.body}"`,
    ])
      for (const path of [
        '/api/v2.0/projects',
        '/api/v2.0/users',
        '/api/v2.0/users/1/password',
        '/api/v2.0/configurations',
      ])
        for (const method of ['POST', 'PUT'])
          answers.push(await admin.call(method, path, { headers: json, body }));
    answers.push(
      await admin.call('PUT', '/v2/library/a/manifests/v1', { body: `{"password":"${tell.body}"` }),
    );
  });

  test('requests that are none leave nothing either', async () => {
    const basic = `Authorization: Basic ${base64(`ann:${tell.wrong}`)}`;
    for (const text of [
      `GET /v2/ HTTP/1.1\r\nHost: a\r\n${basic}\r\n: x\r\n\r\n`,
      `GET /v2/ HTTP/9.9\r\nHost: a\r\n${basic}\r\n\r\n`,
      `PUT /v2/ HTTP/1.1\r\nHost: a\r\n${basic}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      `${tell.bearer} ${tell.bearer}\r\n\r\n`,
    ]) {
      using connection = RawConnection.open(server.port);
      expectNone(
        'an answer to what is no request',
        await connection.send(text).until(/HTTP\/1\.1 4\d\d[^]*\r\n\r\n/),
      );
    }
  });

  test('whatever the API tells, it tells no secret', async () => {
    const admin = server.client({ username: 'admin', password: tell.admin });
    for (const path of [
      'systeminfo',
      'health',
      'ping',
      'projects',
      'projects/1',
      'projects/library',
      'users',
      'users/current',
      'users/1',
      'statistics',
      'configurations',
      'audit-logs',
      'swagger.json',
      'projects/library/members',
      'projects/library/summary',
    ])
      answers.push(await admin.get(`/api/v2.0/${path}`));
    for (const path of ['/v2/_catalog', '/livez', '/readyz', '/metrics', '/swagger.json', '/api/v2.0'])
      answers.push(await admin.get(path));
    assert.ok(answers.length > 60);
    for (const [at, { body, headers, status }] of answers.entries()) {
      assert.ok(status < 500, String(status));
      expectNone(`answer ${at}`, body.toString() + JSON.stringify(headers));
    }
  });

  test('neither does the command line of a running server', async () => {
    const data = ['--data', server.data];
    for (const args of [
      ['user', 'list'],
      ['user', 'list', '--json'],
      ['project', 'list', '--json'],
      ['access', 'list'],
    ])
      await expectQuiet(args.join(' '), [...args, ...data]);
    const set = ['user', 'passwd', 'ann', '--password-stdin', ...data];
    await expectQuiet('user passwd', set, { input: `${tell.wrong}\n` });
    await expectQuiet('user passwd again', set, { input: `${tell.user}\n` });
    await expectQuiet('keys rotate', ['keys', 'rotate', ...data]);
  });

  test('the list of processes shows none', {
    skip: process.platform === 'linux' ? false : 'reads /proc',
  }, () => {
    expectNone('the list of processes', processesOf(server.pid));
    assert.match(processesOf(server.pid), /serve/);
  });

  test('files that others may read hold none', () => {
    const walk = (path: string): string[] =>
      readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
        const full = join(path, entry.name);
        if (entry.isDirectory()) return walk(full);
        return entry.isFile() ? [full] : [];
      });
    for (const path of walk(server.folder)) {
      const text = readFileSync(path, 'latin1');
      for (const [what, form] of planted.filter(([each]) => each !== 'masterKey'))
        assert.ok(!text.includes(form), `the secret "${what}" is in ${path}`);
      if (!/secret\.key|database|\.db/.test(path)) expectNone(path, text);
    }
  });

  test('the log, up to its last line, has none', async () => {
    const { stdout, stderr } = await server.stop();
    expectNone('the log', stderr);
    expectNone('standard output', stdout);
    assert.ok(stderr.split('\n').length > 60, 'the log has what was asked');
  });
});

test('a server that crashes in the middle of a request tells no secret of it', async () => {
  const data = join(folder, 'crash');
  mkdirSync(data);
  await using server = await BerthServer.start({
    folder: data,
    env: {
      ...environment,
      ...changedSource([
        {
          module: 'oci/check-api-call',
          find: 'const { method, headers } = call.request;',
          replace:
            "setTimeout(() => { throw new Error('a fault that was planted'); }, 50);\nconst { method, headers } = call.request;",
        },
      ]),
    },
  });
  const client = server.client({ username: 'admin', password: tell.admin });
  const asked = Array.from({ length: 20 }, () => client.get('/v2/').catch(() => undefined));
  await Promise.all(asked);
  const { code, stdout, stderr } = await server.ended;
  assert.notEqual(code, 0);
  assert.match(stderr, /a fault that was planted/);
  expectNone('what a crash prints', stdout + stderr);
});
