// The compose files, started: the image is built from what `npm run build` made, by the shipped Dockerfile; the images
// of Node, PostgreSQL and nginx, which other people have from Docker Hub, are made of this machine's programs.

import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build } from '../../tools/build/build.ts';
import { root } from '../harness/berth-command.ts';
import { writeImageFiles } from '../harness/image-files.ts';
import { ownCertificate } from '../harness/own-certificate.ts';
import { requireProgram } from '../harness/run-program.ts';
import { password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { ContainerHost } from './container-host.ts';

requireProgram('skopeo', 'skopeo');
const shipped = join(root, 'deploy', 'compose');
const name = 'registry.example';
const host = await ContainerHost.start();
after(() => host[Symbol.asyncDispose]());
const { folder } = host;
const secrets = join(folder, 'secrets');
const tls = join(folder, 'tls');
/** What skopeo trusts; in a folder with a key it looks for a client's certificate. */
const trusted = join(folder, 'trusted');
const image = writeImageFiles({
  folder,
  seed: 'compose',
  sizes: [200, 3_000_000],
  reference: 'registry.example/library/app:1',
});

before(
  async () => {
    await writeSecrets();
    await host.imageOfFiles('node', ['/bin/sh', ...tools('dirname', 'install', 'readlink')], {
      moved: { [process.execPath]: '/usr/local/bin/node' },
      changes: ['ENV PATH=/usr/local/bin:/usr/bin:/bin'],
    });
    await buildBerth();
    await postgresImage();
    await nginxImage();
  },
  { timeout: 600_000 },
);

function tools(...names: readonly string[]): string[] {
  return names.map((each) => `/usr/bin/${each}`);
}

function script(file: string, lines: readonly string[]): string {
  const path = join(folder, file);
  writeFileSync(path, `#!/bin/sh\nset -e\n${lines.join('\n')}\n`, { mode: 0o755 });
  return path;
}

/** Readable in the containers, whose users are not those of this machine. */
async function writeSecrets(): Promise<void> {
  for (const each of [secrets, tls, trusted]) mkdirSync(each);
  const { certificate } = await ownCertificate(tls, name);
  cpSync(certificate, join(trusted, 'ca.crt'));
  const database = 'Correct-Horse-9';
  const values: Readonly<Record<string, string>> = {
    'admin-password': password,
    'database-password': database,
    'database-url': `postgres://berth:${database}@database/berth`,
    'secret-key': '5a'.repeat(32),
  };
  for (const [file, value] of Object.entries(values)) {
    writeFileSync(join(secrets, file), value);
    chmodSync(join(secrets, file), 0o644);
  }
}

/** As `npm run build && docker build`, from a folder that has nothing else in it. */
async function buildBerth(): Promise<void> {
  const context = join(folder, 'context');
  mkdirSync(context);
  for (const each of ['package.json', 'LICENSE', 'bin'])
    cpSync(join(root, each), join(context, each), { recursive: true });
  await build(join(context, 'dist'));
  const dockerfile = join(root, 'deploy', 'docker', 'Dockerfile');
  await host.docker('build', '--build-arg', 'BASE=node', '--file', dockerfile, '--tag', 'berth', context);
}

/** What the image of Docker Hub does with its variables, no more. */
async function postgresImage(): Promise<void> {
  const binaries = '/usr/lib/postgresql/15/bin';
  const data = '/var/lib/postgresql/data';
  const entry = script('start-postgres', [
    'install -d -m 1777 /tmp',
    `install -d -o postgres -g postgres -m 700 ${data}`,
    'as="setpriv --reuid postgres --regid postgres --clear-groups --"',
    `if [ ! -f ${data}/PG_VERSION ]; then`,
    `  $as initdb -D ${data} --username "$POSTGRES_USER" --pwfile "$POSTGRES_PASSWORD_FILE" --auth scram-sha-256 \\`,
    '    --locale C.UTF-8 --encoding UTF8',
    `  echo 'host all all all scram-sha-256' >>${data}/pg_hba.conf`,
    `  echo "create database $POSTGRES_DB" | $as postgres --single -D ${data} postgres`,
    'fi',
    `exec $as postgres -D ${data} -k /tmp -c listen_addresses='*'`,
  ]);
  const programs = ['postgres', 'initdb', 'pg_isready'].map((each) => `${binaries}/${each}`);
  const whole = [
    '/usr/lib/postgresql/15/lib',
    '/usr/share/postgresql/15',
    '/usr/share/zoneinfo',
    '/usr/lib/locale',
  ];
  const accounts = ['/etc/passwd', '/etc/group'];
  await host.imageOfFiles(
    'postgres',
    ['/bin/sh', ...tools('install', 'setpriv'), ...accounts, ...programs, ...whole],
    {
      moved: { [entry]: '/start' },
      changes: [`ENV PATH=${binaries}:/usr/bin:/bin`, 'CMD ["/start"]'],
    },
  );
}

async function nginxImage(): Promise<void> {
  const main = join(folder, 'nginx.conf');
  const lines = [
    'user www-data;',
    'pid /run/nginx.pid;',
    'events {}',
    'http { include /etc/nginx/conf.d/*.conf; }',
  ];
  writeFileSync(main, `${lines.join('\n')}\n`);
  const start = script('start-nginx', [
    'install -d /run /var/log/nginx /var/lib/nginx',
    `exec nginx -g 'daemon off; error_log /dev/stderr;'`,
  ]);
  await host.imageOfFiles(
    'nginx',
    ['/bin/sh', ...tools('install'), '/usr/sbin/nginx', '/etc/passwd', '/etc/group'],
    {
      moved: { [main]: '/etc/nginx/nginx.conf', [start]: '/start' },
      changes: ['ENV PATH=/usr/sbin:/usr/bin:/bin', 'CMD ["/start"]'],
    },
  );
}

const env = {
  BERTH_IMAGE: 'berth',
  POSTGRES_IMAGE: 'postgres',
  NGINX_IMAGE: 'nginx',
  BERTH_SECRETS: secrets,
  BERTH_TLS: tls,
};

/** Pushes or pulls by skopeo where the ports are published. */
async function copy(...args: readonly string[]): Promise<void> {
  const { code, text } = await host.inside('skopeo', '--insecure-policy', 'copy', ...args);
  assert.equal(code, 0, text);
}

async function ready(...args: readonly string[]): Promise<void> {
  await waitUntil(
    'the registry to be ready',
    async () => (await host.inside('curl', '--silent', '--fail', ...args)).code === 0,
    180_000,
  );
}

test('one instance with SQLite keeps what was pushed over a restart', { timeout: 600_000 }, async () => {
  const file = join(shipped, 'compose.yaml');
  const compose = (...args: readonly string[]): Promise<string> =>
    host.compose(file, env, '--project-name', 'one', ...args);
  const remote = 'docker://127.0.0.1:5000/library/app:1';
  await compose('up', '--detach');
  await ready('http://127.0.0.1:5000/readyz');
  await copy(
    '--dest-tls-verify=false',
    '--dest-creds',
    `admin:${password}`,
    `oci:${image.layout}:image`,
    remote,
  );
  await compose('down');
  await compose('up', '--detach');
  await ready('http://127.0.0.1:5000/readyz');
  await copy(
    '--src-tls-verify=false',
    '--src-creds',
    `admin:${password}`,
    remote,
    `oci:${join(folder, 'one')}:image`,
  );
  const health = async (): Promise<boolean> =>
    (await host.docker('ps', '--filter', 'health=healthy', '--quiet')).trim() !== '';
  await waitUntil('the container to be healthy', health, 120_000);
  await compose('down', '--volumes');
});

test('three instances, PostgreSQL and nginx serve, also when an instance is stopped', {
  timeout: 900_000,
}, async (t) => {
  const file = join(shipped, 'compose.cluster.yaml');
  const compose = (...args: readonly string[]): Promise<string> =>
    host.compose(file, env, '--project-name', 'three', ...args);
  const ca = ['--cacert', join(tls, 'registry.crt'), '--resolve', `${name}:443:127.0.0.1`];
  const remote = 'docker://127.0.0.1/library/app:1';
  try {
    await compose('up', '--detach');
    await ready(...ca, `https://${name}/readyz`);
  } catch (error) {
    t.diagnostic(await compose('logs', '--no-color', '--tail', '20'));
    throw error;
  }
  const creds = `admin:${password}`;
  await copy('--dest-cert-dir', trusted, '--dest-creds', creds, `oci:${image.layout}:image`, remote);
  await compose('stop', 'berth-2');
  for (const round of ['a', 'b', 'c'])
    await copy('--src-cert-dir', trusted, '--src-creds', creds, remote, `oci:${join(folder, round)}:image`);
  const { stdout } = await host.inside('curl', '--silent', '--include', ...ca, `https://${name}/v2/`);
  assert.match(stdout, new RegExp(`realm="https://${name}/service/token"`));
  await compose('down', '--volumes');
});
