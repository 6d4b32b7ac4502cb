// Every reason for which the server does not start: what is said in each language, the exit code, and that
// nothing half-made is left behind.

import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, test } from 'node:test';
import { berth } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { assertSameListing, listing } from '../harness/listing.ts';
import { BerthServer } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { unprivileged } from '../harness/unprivileged.ts';

/** A start that has to fail. */
interface Attempt {
  /** Further arguments; `--listen 127.0.0.1:0` and `--data` are given before them. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Default: a folder that is not there yet. */
  readonly data?: string;
  readonly uid?: number;
  readonly listen?: string;
}

interface Refusal {
  readonly name: string;
  /** Makes the situation inside an empty folder. Undefined: it cannot be made here, with the reason. */
  readonly provoke: (folder: string) => Promise<Attempt | string> | Attempt | string;
  readonly code: number;
  readonly en: RegExp;
  readonly zh: RegExp;
}

const who = await unprivileged();
const cleanUp: (() => unknown)[] = [];
after(async () => {
  for (const job of cleanUp) await job();
});

interface Used {
  readonly data: string;
  readonly storage: string;
}

const image = imageOf({ seed: 'used before' });
/** A server has run here and holds an image; it is stopped. */
const template = temporaryFolder();
await makeUsed(template);

async function makeUsed(folder: string): Promise<Used> {
  await using server = await BerthServer.start({ folder });
  await server.client().pushImage('hello', '1', image);
  await server.stop();
  return server;
}

/** What `makeUsed` leaves, in another place. */
function usedIn(folder: string): Used {
  cpSync(template, folder, { recursive: true });
  return { data: join(folder, 'data'), storage: join(folder, 'data', 'storage') };
}

function registryIn(storage: string): void {
  const blob = join(storage, 'docker/registry/v2/blobs/sha256/aa', 'a'.repeat(64));
  mkdirSync(blob, { recursive: true });
  writeFileSync(join(blob, 'data'), 'somebody');
}

function changeDatabase(data: string, sql: string): void {
  const db = new DatabaseSync(join(data, 'berth.db'));
  db.exec(sql);
  db.close();
}

const refusals: readonly Refusal[] = [
  {
    name: 'a setting of the run time cannot be fixed as asked',
    provoke: () => ({ env: { CONFIG_OVERWRITE_JSON: '{"oidc_endpoint":"https://login.example"}' } }),
    code: 2,
    en: /config_overwrite_json: oidc_endpoint needs sign-in by OpenID Connect, not in this version/,
    zh: /config_overwrite_json：oidc_endpoint/,
  },
  {
    name: 'another program has the port',
    provoke: async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => {
        other.once('listening', resolve);
      });
      cleanUp.push(() => other.close());
      const address = other.address();
      assert.ok(typeof address === 'object' && address !== null);
      return { listen: `127.0.0.1:${address.port}` };
    },
    code: 7,
    en: /127\.0\.0\.1:\d+ is taken by another program.*--listen/,
    zh: /127\.0\.0\.1:\d+ 已被其他程序占用.*--listen/,
  },
  {
    name: 'this machine does not have the address',
    provoke: () => ({ listen: '192.0.2.7:5999', args: ['--insecure-http'] }),
    code: 2,
    en: /no address 192\.0\.2\.7:5999.*--listen/,
    zh: /没有地址 192\.0\.2\.7:5999.*--listen/,
  },
  {
    name: 'the folder above the data folder may not be written',
    provoke: (folder) => {
      if (who.missing !== undefined) return who.missing;
      const closed = join(folder, 'closed');
      mkdirSync(closed, { mode: 0o555 });
      return { data: join(closed, 'data'), ...who };
    },
    code: 5,
    en: /closed.*cannot be written \(EACCES\).*--data/,
    zh: /closed.*无法写入（EACCES）.*--data/,
  },
  {
    name: 'the data folder may not be written',
    provoke: (folder) => {
      if (who.missing !== undefined) return who.missing;
      const data = join(folder, 'closed');
      mkdirSync(data, { mode: 0o555 });
      return { data, ...who };
    },
    code: 5,
    en: /closed cannot be written \(EACCES\).*--data/,
    zh: /closed 无法写入（EACCES）.*--data/,
  },
  {
    name: 'the data folder is a file',
    provoke: (folder) => {
      writeFileSync(join(folder, 'file'), 'a file');
      return { data: join(folder, 'file') };
    },
    code: 5,
    en: /file cannot be written.*--data/,
    zh: /file 无法写入.*--data/,
  },
  {
    name: 'the storage may not be written',
    provoke: (folder) => {
      if (who.missing !== undefined) return who.missing;
      const storage = join(folder, 'closed');
      mkdirSync(storage, { mode: 0o555 });
      const home = join(folder, 'home');
      mkdirSync(home);
      if (who.uid !== undefined) chownSync(home, who.uid, who.uid);
      return { data: join(home, 'data'), args: ['--storage', storage], ...who };
    },
    code: 9,
    en: /storage .*closed cannot be used.*EACCES/,
    zh: /存储 .*closed 无法使用.*EACCES/,
  },
  {
    name: 'the storage is a file',
    provoke: (folder) => {
      writeFileSync(join(folder, 'file'), 'a file');
      return { args: ['--storage', join(folder, 'file')] };
    },
    code: 9,
    en: /storage .*file cannot be used/,
    zh: /存储 .*file 无法使用/,
  },
  {
    name: 'another Berth uses the data folder',
    provoke: async (folder) => {
      const server = await BerthServer.start({ folder });
      cleanUp.push(() => server[Symbol.asyncDispose]());
      return { data: server.data };
    },
    code: 7,
    en: /another Berth is using the data folder .*data;.*--data/,
    zh: /另一个 Berth 正在使用数据目录 .*data；.*--data/,
  },
  {
    name: 'the storage belongs to another database',
    provoke: async (folder) => {
      const one = usedIn(join(folder, 'one'));
      const two = await makeUsed(join(folder, 'two'));
      return { data: one.data, args: ['--storage', two.storage] };
    },
    code: 7,
    en: /storage .*two.* belongs to another database/,
    zh: /存储 .*two.* 属于另一个数据库/,
  },
  {
    name: 'the storage has a database already and the data folder is new',
    provoke: (folder) => {
      const server = usedIn(join(folder, 'one'));
      return { args: ['--storage', server.storage] };
    },
    code: 7,
    en: /storage .*one.* belongs to another database/,
    zh: /存储 .*one.* 属于另一个数据库/,
  },
  {
    name: 'the database is an old copy',
    provoke: async (folder) => {
      const { storage } = usedIn(folder);
      const copy = usedIn(join(folder, 'copy'));
      await makeUsed(folder);
      return { data: copy.data, args: ['--storage', storage] };
    },
    code: 7,
    en: /storage .* belongs to another database, or to another state of this one/,
    zh: /存储 .* 属于另一个数据库，或属于本数据库的另一状态/,
  },
  {
    name: 'the marker of the storage is gone',
    provoke: (folder) => {
      const server = usedIn(folder);
      rmSync(join(server.storage, 'berth-store.json'));
      return { data: server.data };
    },
    code: 7,
    en: /storage .* does not hold the marker berth-store\.json.*mounted.*--storage/,
    zh: /存储 .* 中缺少原有的标记文件 berth-store\.json.*挂载.*--storage/,
  },
  {
    name: 'the marker of the storage is no marker',
    provoke: (folder) => {
      const server = usedIn(folder);
      writeFileSync(join(server.storage, 'berth-store.json'), '');
      return { data: server.data };
    },
    code: 7,
    en: /berth-store\.json/,
    zh: /berth-store\.json/,
  },
  {
    name: 'the storage is not mounted',
    provoke: async (folder) => {
      const server = usedIn(folder);
      const mount = join(folder, 'mount');
      renameSync(server.storage, join(folder, 'elsewhere'));
      mkdirSync(mount);
      return { data: server.data, args: ['--storage', mount] };
    },
    code: 7,
    en: /storage .*mount does not hold the marker berth-store\.json/,
    zh: /存储 .*mount 中缺少原有的标记文件 berth-store\.json/,
  },
  {
    name: 'the storage holds the registry of another product',
    provoke: (folder) => {
      registryIn(join(folder, 'foreign'));
      return { args: ['--storage', join(folder, 'foreign')] };
    },
    code: 7,
    en: /storage .*foreign already holds a registry.*berth import distribution/,
    zh: /存储 .*foreign 中已有不属于 Berth 的镜像仓库.*berth import distribution/,
  },
  {
    name: 'the storage holds the registry of another product and the data folder is there, empty',
    provoke: (folder) => {
      registryIn(join(folder, 'foreign'));
      mkdirSync(join(folder, 'data'));
      return { data: join(folder, 'data'), args: ['--storage', join(folder, 'foreign')] };
    },
    code: 7,
    en: /already holds a registry/,
    zh: /已有不属于 Berth 的镜像仓库/,
  },
  {
    name: 'the storage holds the registry of another product and the data folder would be deep',
    provoke: (folder) => {
      registryIn(join(folder, 'foreign'));
      return { data: join(folder, 'a/b/data'), args: ['--storage', join(folder, 'foreign')] };
    },
    code: 7,
    en: /already holds a registry/,
    zh: /已有不属于 Berth 的镜像仓库/,
  },
  {
    name: 'the database was written by a newer Berth',
    provoke: (folder) => {
      const server = usedIn(folder);
      changeDatabase(server.data, 'update schema_version set version = 99, min_compatible_version = 98');
      return { data: server.data };
    },
    code: 7,
    en: /newer Berth \(schema 98, this one knows \d+\).*backup/,
    zh: /更新版本的 Berth 写入（结构 98，本版本只认识到 \d+）.*备份/,
  },
  {
    name: 'the database was moved to PostgreSQL',
    provoke: (folder) => {
      const server = usedIn(folder);
      changeDatabase(
        server.data,
        `insert into database_move values (1, 'm', 'moved', 's', 7, 'postgres://berth@db/berth', '')`,
      );
      return { data: server.data };
    },
    code: 7,
    en: /was moved to postgres:\/\/berth@db\/berth; start with that one: set BERTH_DATABASE_URL/,
    zh: /已迁移到 postgres:\/\/berth@db\/berth；请改用该数据库启动/,
  },
  {
    name: 'a move has not filled the database to its end',
    provoke: (folder) => {
      const server = usedIn(folder);
      changeDatabase(
        server.data,
        `insert into database_move values (1, 'm', 'coming', 's', 7, 'SQLite', '{}')`,
      );
      return { data: server.data };
    },
    code: 7,
    en: /has not come to its end; run berth db move again/,
    zh: /迁移尚未完成；请再次运行 berth db move/,
  },
  {
    name: 'the first password is weak',
    provoke: () => ({ env: { BERTH_ADMIN_PASSWORD: 'secret' } }),
    code: 2,
    en: /password is too easy to guess.*12 characters/,
    zh: /密码太容易被猜到.*12 个字符/,
  },
  {
    name: 'the first password is the one that everybody knows',
    provoke: () => ({ env: { HARBOR_ADMIN_PASSWORD: 'Harbor12345' } }),
    code: 2,
    en: /password is too easy to guess/,
    zh: /密码太容易被猜到/,
  },
  {
    name: 'plain HTTP would leave this machine',
    provoke: () => ({ listen: '0.0.0.0:0' }),
    code: 2,
    en: /plain HTTP on 0\.0\.0\.0:0 .*--insecure-http/,
    zh: /0\.0\.0\.0:0 上提供明文 HTTP.*--insecure-http/,
  },
  {
    name: 'plain HTTP would leave this machine on every interface',
    provoke: () => ({ listen: ':0' }),
    code: 2,
    en: /plain HTTP on :0 .*--insecure-http/,
    zh: /:0 上提供明文 HTTP.*--insecure-http/,
  },
  {
    name: 'the certificate is not there',
    provoke: (folder) => ({
      env: { BERTH_TLS_CERTIFICATE: join(folder, 'no.crt'), BERTH_TLS_KEY: join(folder, 'no.key') },
    }),
    code: 2,
    en: /no\.(crt|key) cannot be read \(ENOENT\); check tls_certificate/,
    zh: /无法读取 .*no\.(crt|key)（ENOENT）/,
  },
  {
    name: 'the certificate is none',
    provoke: (folder) => {
      for (const name of ['no.crt', 'no.key']) writeFileSync(join(folder, name), 'nothing', { mode: 0o600 });
      return {
        env: {
          REGISTRY_HTTP_TLS_CERTIFICATE: join(folder, 'no.crt'),
          REGISTRY_HTTP_TLS_KEY: join(folder, 'no.key'),
        },
      };
    },
    code: 2,
    en: /no\.crt with .*no\.key: the certificate file holds no certificate in PEM form/,
    zh: /no\.crt 与 .*no\.key：证书文件中没有 PEM 格式的证书/,
  },
  {
    name: 'the authority of the clients is not there',
    provoke: (folder) => ({ args: ['--tls', 'self', '--tls-client-ca', join(folder, 'no.pem')] }),
    code: 2,
    en: /no\.pem cannot be read/,
    zh: /无法读取 .*no\.pem/,
  },
  {
    name: 'a proxy encrypts, and it is not said which',
    provoke: () => ({ args: ['--tls', 'proxy'], listen: '0.0.0.0:0' }),
    code: 2,
    en: /tls=proxy needs trusted_proxies/,
    zh: /tls=proxy 需要 trusted_proxies/,
  },
  {
    name: 'the password and its file are both given',
    provoke: (folder) => {
      writeFileSync(join(folder, 'password'), 'Correct-Horse-8\n', { mode: 0o600 });
      return {
        env: { BERTH_ADMIN_PASSWORD: 'Correct-Horse-7', BERTH_ADMIN_PASSWORD_FILE: join(folder, 'password') },
      };
    },
    code: 2,
    en: /BERTH_ADMIN_PASSWORD and BERTH_ADMIN_PASSWORD_FILE are both set/,
    zh: /同时设置了 BERTH_ADMIN_PASSWORD 和 BERTH_ADMIN_PASSWORD_FILE/,
  },
  {
    name: 'the file of the password cannot be read',
    provoke: (folder) => ({ env: { BERTH_ADMIN_PASSWORD_FILE: join(folder, 'absent') } }),
    code: 2,
    en: /BERTH_ADMIN_PASSWORD_FILE: .*absent cannot be read/,
    zh: /BERTH_ADMIN_PASSWORD_FILE：无法读取 .*absent/,
  },
  {
    name: 'data and storage are one folder',
    provoke: (folder) => ({ args: ['--storage', join(folder, 'data')] }),
    code: 2,
    en: /data and storage are the same folder/,
    zh: /data 与 storage 是同一目录/,
  },
  {
    name: 'a weak password is allowed beyond this machine',
    provoke: () => ({ listen: '0.0.0.0:0', args: ['--insecure-http', '--allow-weak-admin'] }),
    code: 2,
    en: /allow_weak_admin only goes with a loopback address/,
    zh: /allow_weak_admin 只能与回环地址一起使用/,
  },
  {
    name: 'everybody can read the database',
    provoke: (folder) => {
      const server = usedIn(folder);
      chmodSync(join(server.data, 'berth.db'), 0o644);
      return { data: server.data };
    },
    code: 5,
    en: /berth\.db can be read by everybody.*chmod 600/,
    zh: /berth\.db 可被本机所有用户读取.*chmod 600/,
  },
  {
    name: 'everybody can read the first password',
    provoke: async (folder) => {
      const server = await BerthServer.start({ folder, env: { BERTH_ADMIN_PASSWORD: undefined } });
      await server.stop();
      chmodSync(join(server.data, 'initial-admin-password'), 0o604);
      return { data: server.data };
    },
    code: 5,
    en: /initial-admin-password can be read by everybody.*chmod 600/,
    zh: /initial-admin-password 可被本机所有用户读取.*chmod 600/,
  },
  {
    name: 'everybody can read the master key',
    provoke: (folder) => {
      const server = usedIn(folder);
      chmodSync(join(server.data, 'secret.key'), 0o644);
      return { data: server.data };
    },
    code: 5,
    en: /secret\.key can be read by everybody.*chmod 600/,
    zh: /secret\.key 可被本机所有用户读取.*chmod 600/,
  },
  {
    name: 'the master key is gone',
    provoke: (folder) => {
      const server = usedIn(folder);
      rmSync(join(server.data, 'secret.key'));
      return { data: server.data };
    },
    code: 7,
    en: /secret\.key.* is gone; put it back from a backup, or set BERTH_SECRET_KEY/,
    zh: /secret\.key 不见了.*BERTH_SECRET_KEY/,
  },
  {
    name: 'the master key is another one',
    provoke: (folder) => {
      const server = usedIn(folder);
      writeFileSync(join(server.data, 'secret.key'), `${'cd'.repeat(32)}\n`, { mode: 0o600 });
      return { data: server.data };
    },
    code: 7,
    en: /another master key than that of .*secret\.key; set BERTH_SECRET_KEY/,
    zh: /secret\.key 中的不同.*BERTH_SECRET_KEY/,
  },
  {
    name: 'the master key that was set is another one',
    provoke: (folder) => ({ data: usedIn(folder).data, env: { BERTH_SECRET_KEY: 'cd'.repeat(32) } }),
    code: 7,
    en: /another master key than that of BERTH_SECRET_KEY/,
    zh: /BERTH_SECRET_KEY 中的不同/,
  },
  {
    name: 'the master key is damaged',
    provoke: (folder) => {
      const server = usedIn(folder);
      writeFileSync(join(server.data, 'secret.key'), 'hidden', { mode: 0o600 });
      return { data: server.data };
    },
    code: 7,
    en: /secret\.key does not hold a key of 64 hex digits/,
    zh: /secret\.key 中不是 64 个十六进制数字的密钥/,
  },
  {
    name: 'the master key that was set is none',
    provoke: () => ({ env: { BERTH_SECRET_KEY: 'hidden' } }),
    code: 2,
    en: /secret_key \(BERTH_SECRET_KEY\) is not valid; right: 64 hex digits/,
    zh: /secret_key（BERTH_SECRET_KEY）无效/,
  },
  {
    name: 'a shared database without a master key',
    provoke: () => ({ env: { BERTH_DATABASE_URL: 'postgres://berth:hidden@127.0.0.1:1/berth' } }),
    code: 2,
    en: /with PostgreSQL a master key is needed.*openssl rand -hex 32.*BERTH_SECRET_KEY/,
    zh: /使用 PostgreSQL 时需要主密钥.*openssl rand -hex 32.*BERTH_SECRET_KEY/,
  },
  {
    name: 'the database does not answer',
    provoke: () => ({
      env: {
        BERTH_DATABASE_URL: 'postgres://berth:hidden@127.0.0.1:1/berth',
        BERTH_SECRET_KEY: 'ab'.repeat(32),
      },
    }),
    code: 9,
    en: /database cannot be reached.*BERTH_DATABASE_URL/,
    zh: /无法连接数据库.*BERTH_DATABASE_URL/,
  },
];

describe('refused starts', { concurrency: 2 }, () => {
  for (const { name, provoke, code, en, zh } of refusals) {
    test(`the server does not start, says why and leaves nothing: ${name}`, async (t) => {
      const folder = temporaryFolder();
      const attempt = await provoke(folder);
      if (typeof attempt === 'string') {
        t.skip(attempt);
        return;
      }
      const before = listing(folder);
      for (const [lang, sentence] of [
        ['C.UTF-8', en],
        ['zh_CN.UTF-8', zh],
      ] as const) {
        const { listen = '127.0.0.1:0', data = join(folder, 'data'), args = [], env, uid } = attempt;
        const outcome = await berth(['serve', '--listen', listen, '--data', data, ...args], {
          env: { LANG: lang, ...env },
          ...(uid === undefined ? {} : { uid }),
        });
        const said = `${outcome.stdout}${outcome.stderr}`;
        assert.equal(outcome.code, code, said);
        assert.match(outcome.stderr, sentence);
        assert.match(outcome.stderr, /^berth: [^\n]+\n$/, 'one sentence, nothing else');
        assert.equal(outcome.stdout, '');
        assert.doesNotMatch(said, /hidden|Correct-Horse/, 'no secret is printed');
        assertSameListing(listing(folder), before);
      }
    });
  }
});

test('a server that was refused starts once the reason is gone', async () => {
  const folder = temporaryFolder();
  registryIn(join(folder, 'storage'));
  const refused = await berth([
    'serve',
    '--listen',
    '127.0.0.1:0',
    '--data',
    join(folder, 'data'),
    '--storage',
    join(folder, 'storage'),
  ]);
  assert.equal(refused.code, 7);
  rmSync(join(folder, 'storage'), { recursive: true });
  await using server = await BerthServer.start({ folder, storage: join(folder, 'storage') });
  await server.client().pushImage('hello', '1', image);
  await server.client().pullImage('hello', '1', image);
});

test('a master key that its group can read is no reason, and is in the log', async () => {
  const folder = temporaryFolder();
  const used = usedIn(folder);
  chmodSync(join(used.data, 'secret.key'), 0o640);
  await using server = await BerthServer.start({ folder });
  const line = await server.logged((each) => each['msg'] === 'a file with secrets can be read by its group');
  assert.equal(line['file'], join(used.data, 'secret.key'));
  await server.client().pullImage('hello', '1', image);
});

test('a master key of the folder can be set instead, and the file put away', async () => {
  const folder = temporaryFolder();
  const used = usedIn(folder);
  const file = join(used.data, 'secret.key');
  const key = readFileSync(file, 'utf8').trim();
  rmSync(file);
  await using server = await BerthServer.start({ folder, env: { BERTH_SECRET_KEY: key } });
  await server.client().pullImage('hello', '1', image);
  assert.ok(!readdirSync(server.data).includes('secret.key'));
});

test('a newer schema that older code can work on is no reason', async () => {
  const folder = temporaryFolder();
  const used = usedIn(folder);
  changeDatabase(used.data, 'update schema_version set version = 99');
  await using server = await BerthServer.start({ folder });
  await server.client().pullImage('hello', '1', image);
});

test('a password that is weak is taken when there is an administrator already', async () => {
  const folder = temporaryFolder();
  usedIn(folder);
  await using server = await BerthServer.start({ folder, env: { BERTH_ADMIN_PASSWORD: 'secret' } });
  await server.client().pullImage('hello', '1', image);
  assert.ok(!readdirSync(server.data).includes('initial-admin-password'));
});
