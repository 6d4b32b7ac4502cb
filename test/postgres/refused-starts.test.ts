// Every reason for which a server does not start on PostgreSQL: what is said in each language, the exit code, and that
// nothing is written, neither to the disk nor to the database.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { berth } from '../harness/berth-command.ts';
import { assertSameListing, listing } from '../harness/listing.ts';
import { BerthServer } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { isRoot } from '../harness/unprivileged.ts';
import { PostgresServer } from './postgres-server.ts';
import { secretKey } from './two-servers.ts';

const limitMs = 60_000;
const folder = temporaryFolder();

function openssl(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

/** A certificate authority, one that nobody asked for, and the server's certificate: for `localhost`, not for 127.0.0.1. */
function makeCertificates(): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  for (const name of ['ca', 'other'])
    openssl(
      'req',
      '-x509',
      ...key,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-subj',
      `/CN=${name}`,
      '-days',
      '2',
    );
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=server');
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost');
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names', '-days', '2'];
  openssl('x509', '-req', '-in', 'server.csr', '-out', 'server.pem', ...signed);
  chmodSync(join(folder, 'server.key'), 0o600);
  if (isRoot) spawnSync('chown', ['postgres', join(folder, 'server.key')]);
}

makeCertificates();
const authority = join(folder, 'ca.pem');
const tls = ['ssl=on', `ssl_cert_file=${folder}/server.pem`, `ssl_key_file=${folder}/server.key`];
const primary = await PostgresServer.begin(tls);
const standby = await PostgresServer.follow(primary);
after(async () => {
  await standby[Symbol.asyncDispose]();
  await primary[Symbol.asyncDispose]();
});

await primary.query(`create role berth login password 'right'`);
await primary.query('create database fresh owner berth');
await primary.query('create database harbor owner berth');
await primary.query(
  'create table schema_migrations (version bigint, dirty boolean); create table project (project_id serial, name text)',
  'harbor',
);
await primary.query('create database versions owner berth');
await primary.query('create table schema_version (installed_rank int, version text)', 'versions');
await primary.query('create database narrow');
await primary.query('create database used owner berth');
const rules = [
  'local all all trust',
  'host all berth all scram-sha-256',
  'host all,replication all all trust',
];
writeFileSync(join(primary.data, 'pg_hba.conf'), `${rules.join('\n')}\n`);
await primary.query('select pg_reload_conf()');

const address = (database: string, query = '', host = '127.0.0.1'): string =>
  `postgres://berth:right@${host}:${primary.port}/${database}${query}`;

/** A server has run on this one; it is stopped. */
const usedFolder = join(folder, 'used');
async function use(): Promise<void> {
  const env = { BERTH_DATABASE_URL: address('used'), BERTH_SECRET_KEY: secretKey };
  const server = await BerthServer.start({ folder: usedFolder, env, limitMs });
  await server.stop();
}
mkdirSync(usedFolder);
await use();

/** Passes everything on, and lets the server be an older one: its number has as many digits. */
async function agedServer(): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(primary.port, '127.0.0.1');
    sockets.add(near).add(far);
    near.pipe(far);
    far.on('data', (bytes) => near.write(typeof bytes === 'string' ? bytes : aged(bytes)));
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.on('error', () => other.destroy());
      socket.once('close', () => other.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const at = server.address();
  return typeof at === 'object' && at !== null ? at.port : 0;
}

function aged(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(/\b1[5-9]0(\d{3})\b/, '140$1'), 'latin1');
}

const agedPort = await agedServer();

interface Refusal {
  readonly name: string;
  readonly url: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly code: number;
  readonly en: RegExp;
  readonly zh: RegExp;
}

const refusals: readonly Refusal[] = [
  {
    name: 'the password is wrong',
    url: `postgres://berth:wrong-hidden@127.0.0.1:${primary.port}/fresh`,
    code: 5,
    en: /PostgreSQL does not let Berth in: password authentication failed for user "berth"; check .*BERTH_DATABASE_PASSWORD/,
    zh: /PostgreSQL 拒绝 Berth 登录：.*"berth"；.*BERTH_DATABASE_PASSWORD/,
  },
  {
    name: 'the password of the file is wrong',
    url: `postgres://berth@127.0.0.1:${primary.port}/fresh`,
    env: { BERTH_DATABASE_PASSWORD: 'wrong-hidden' },
    code: 5,
    en: /does not let Berth in: password authentication failed/,
    zh: /拒绝 Berth 登录/,
  },
  {
    name: 'no password is given and one is asked for',
    url: `postgres://berth@127.0.0.1:${primary.port}/fresh`,
    code: 5,
    en: /does not let Berth in: the server asks for a password, and none was given; .*BERTH_DATABASE_PASSWORD/,
    zh: /拒绝 Berth 登录：.*BERTH_DATABASE_PASSWORD/,
  },
  {
    name: 'the database is unknown',
    url: address('absent'),
    code: 6,
    en: /does not have that database: database "absent" does not exist; make it with createdb/,
    zh: /没有该数据库：.*"absent".*createdb/,
  },
  {
    name: 'the host is unknown',
    url: 'postgres://berth:right@absent.invalid/fresh',
    code: 9,
    en: /database cannot be reached: getaddrinfo \w+ absent\.invalid; check BERTH_DATABASE_URL/,
    zh: /无法连接数据库：.*absent\.invalid；.*BERTH_DATABASE_URL/,
  },
  {
    name: 'nothing listens there',
    url: 'postgres://berth:right@localhost:1/fresh',
    code: 9,
    en: /database cannot be reached: connect ECONNREFUSED \S+:1; check BERTH_DATABASE_URL/,
    zh: /无法连接数据库：connect ECONNREFUSED \S+:1；/,
  },
  {
    name: 'only a standby can be reached',
    url: `postgres://postgres@127.0.0.1:1,127.0.0.1:${standby.port}/fresh`,
    code: 9,
    en: /takes no changes: only standbys can be reached; .*promote one/,
    zh: /不接受更改：只能连接到备库；/,
  },
  {
    name: 'the server is too old',
    url: `postgres://berth:right@127.0.0.1:${agedPort}/fresh`,
    code: 7,
    en: /server is PostgreSQL \d+\S*.*, and Berth needs 15 or newer; upgrade it/,
    zh: /该服务器是 PostgreSQL .*Berth 需要 15 或更新版本/,
  },
  {
    name: 'the tables are those of Harbor',
    url: address('harbor'),
    code: 7,
    en: /holds tables of another program \(project, schema_migrations\); it stays as it is: make an empty one/,
    zh: /有其他程序的表（project, schema_migrations）；它保持原样/,
  },
  {
    name: 'another program calls a table as we do',
    url: address('versions'),
    code: 7,
    en: /holds tables of another program \(schema_version\)/,
    zh: /有其他程序的表（schema_version）/,
  },
  {
    name: 'the user may not make tables',
    url: address('narrow'),
    code: 5,
    en: /may not make tables in the database: permission denied for schema public; make that user the owner/,
    zh: /无权在该数据库中建表：.*所有者/,
  },
  {
    name: 'the schema is newer',
    url: address('newer'),
    code: 7,
    en: /newer Berth \(schema 98, this one knows \d+\).*backup/,
    zh: /更新版本的 Berth 写入（结构 98，本版本只认识到 \d+）/,
  },
  {
    // Nothing may have been written to the fresh database before that is seen.
    name: 'the storage is that of another database',
    url: address('fresh'),
    args: ['--storage', join(usedFolder, 'data', 'storage')],
    code: 7,
    en: /storage .*used.* belongs to another database/,
    zh: /存储 .*used.* 属于另一个数据库/,
  },
  {
    name: 'another instance has another master key',
    url: address('used'),
    args: ['--storage', join(usedFolder, 'data', 'storage')],
    env: { BERTH_SECRET_KEY: 'cd'.repeat(32) },
    code: 7,
    en: /another master key than that of BERTH_SECRET_KEY/,
    zh: /BERTH_SECRET_KEY 中的不同/,
  },
  {
    name: 'the database is used with another storage',
    url: address('used'),
    code: 7,
    en: /storage .*storage does not hold the marker berth-store\.json/,
    zh: /存储 .*storage 中缺少原有的标记文件 berth-store\.json/,
  },
  {
    name: 'the certificate is of another authority',
    url: address('fresh', `?sslmode=verify-ca&sslrootcert=${join(folder, 'other.pem')}`),
    code: 9,
    en: /cannot be made as safe as sslmode asks: .*certificate.*; check sslmode, sslrootcert/,
    zh: /无法达到 sslmode 所要求的安全性：.*sslrootcert/,
  },
  {
    name: 'the certificate is of no public authority',
    url: address('fresh', '?sslrootcert=system'),
    code: 9,
    en: /cannot be made as safe as sslmode asks: /,
    zh: /无法达到 sslmode 所要求的安全性：/,
  },
  {
    name: 'the certificate is for another name',
    url: address('fresh', `?sslmode=verify-full&sslrootcert=${authority}`),
    code: 9,
    en: /cannot be made as safe as sslmode asks: .*127\.0\.0\.1.*; check sslmode/,
    zh: /无法达到 sslmode 所要求的安全性：.*127\.0\.0\.1/,
  },
  {
    name: 'the server does not encrypt',
    url: `postgres://postgres@127.0.0.1:${standby.port}/fresh?sslmode=require`,
    code: 9,
    en: /cannot be made as safe as sslmode asks: The server does not support SSL connections/,
    zh: /无法达到 sslmode 所要求的安全性：/,
  },
  {
    name: 'the file of the authority is not there',
    url: address('fresh', `?sslmode=verify-full&sslrootcert=${join(folder, 'absent.pem')}`),
    code: 2,
    en: /database_url: the file of sslrootcert, .*absent\.pem, cannot be read/,
    zh: /database_url：无法读取 sslrootcert 的文件 .*absent\.pem/,
  },
  {
    name: 'a parameter of the address is unknown',
    url: address('fresh', '?ssl=true'),
    code: 2,
    en: /database_url \(BERTH_DATABASE_URL\): there is no parameter "ssl" of the address; known are sslmode/,
    zh: /database_url（BERTH_DATABASE_URL）：地址没有参数 "ssl"/,
  },
];

/** All tables of all databases, with what is in them; the leases of instances run out by themselves. */
async function contents(): Promise<unknown[]> {
  const databases = ['fresh', 'harbor', 'versions', 'narrow', 'used', 'newer'];
  return Promise.all(
    databases.map((database) =>
      primary.query(
        `select relname, md5(query_to_xml(format('select t::text from %I t order by 1', relname), true, false, '')::text)
         from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
           and relname not in ('lease', 'periodic_job') order by relname`,
        database,
      ),
    ),
  );
}

test('a server does not start on a database that it cannot use, says why and writes nothing', async (t) => {
  await primary.query('create database newer owner berth template used');
  await primary.query('update schema_version set version = 99, min_compatible_version = 98', 'newer');
  for (const { name, url, env, args = [], code, en, zh } of refusals) {
    await t.test(name, async () => {
      const own = temporaryFolder();
      const before = await contents();
      const store = listing(usedFolder);
      const outcomes = await Promise.all(
        ['C.UTF-8', 'zh_CN.UTF-8'].map((lang, index) =>
          berth(['serve', '--listen', '127.0.0.1:0', '--data', join(own, `data-${index}`), ...args], {
            env: { LANG: lang, BERTH_DATABASE_URL: url, BERTH_SECRET_KEY: secretKey, ...env },
            limitMs,
          }),
        ),
      );
      for (const [index, outcome] of outcomes.entries()) {
        const said = `${outcome.stdout}${outcome.stderr}`;
        assert.match(outcome.stderr, index === 0 ? en : zh);
        assert.match(outcome.stderr, /^berth: [^\n]+\n$/, 'one sentence, nothing else');
        assert.equal(outcome.code, code, said);
        assert.equal(outcome.stdout, '');
        assert.doesNotMatch(said, /hidden|:right@/, 'no password is printed');
      }
      assert.deepEqual(listing(own), []);
      assertSameListing(listing(usedFolder), store);
      assert.deepEqual(await contents(), before);
    });
  }
});

test('a server starts on what is safe enough', async () => {
  const full = address('fresh', `?sslmode=verify-full&sslrootcert=${authority}`, 'localhost');
  for (const url of [
    address('fresh'),
    address('fresh', '?sslmode=require'),
    // Asked who signed, not whose it is.
    address('fresh', `?sslmode=verify-ca&sslrootcert=${authority}`),
    full,
    `postgres://berth:right@127.0.0.1:1,127.0.0.1:${standby.port},127.0.0.1:${primary.port}/fresh`,
    `postgres://postgres@${encodeURIComponent(primary.folder)}:${primary.port}/fresh`,
  ]) {
    const own = join(folder, 'fresh');
    mkdirSync(own, { recursive: true });
    const env = { BERTH_DATABASE_URL: url, BERTH_SECRET_KEY: secretKey };
    await using server = await BerthServer.start({ folder: own, env, limitMs });
    assert.equal(server.ready.database, 'PostgreSQL');
    const encrypted = await primary.query<{ ssl: boolean }>(
      `select ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'berth'`,
    );
    assert.equal(
      encrypted.some(({ ssl }) => ssl),
      url.includes('sslmode'),
      url,
    );
    await server.stop();
  }
});

test('a password in a file of its own does', async () => {
  const file = join(folder, 'password');
  writeFileSync(file, 'right\n', { mode: 0o600 });
  const env = {
    BERTH_DATABASE_URL: `postgres://berth@127.0.0.1:${primary.port}/fresh`,
    BERTH_DATABASE_PASSWORD_FILE: file,
    BERTH_SECRET_KEY: secretKey,
  };
  const own = join(folder, 'fresh');
  mkdirSync(own, { recursive: true });
  await using server = await BerthServer.start({ folder: own, env, limitMs });
  await server.stop();
});
