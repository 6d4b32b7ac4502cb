// HTTPS by the server itself, as real clients see it: refused without the trust that `berth tls trust` prints, and fine
// with it. Needs root, for the places where clients look.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Account } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { clientTool } from '../harness/client-tool.ts';
import { type ImageFiles, writeImageFiles } from '../harness/image-files.ts';
import { type Ended, requireProgram, runProgram } from '../harness/run-program.ts';
import { BerthServer, NotStarted, password } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { CommandLine, failed, succeeded } from './client-run.ts';
import { Containerd } from './containerd-daemon.ts';
import { Docker } from './docker-daemon.ts';

for (const [program, debianPackage] of [
  ['openssl', 'openssl'],
  ['curl', 'curl'],
  ['podman', 'podman'],
  ['ip', 'iproute2'],
  ['unshare', 'util-linux'],
] as const)
  requireProgram(program, debianPackage);

// Docker takes any certificate from 127.0.0.0/8; another address of the loopback device is as private.
const host = '10.213.77.1';
const folder = temporaryFolder();
await program('ip', 'address', 'replace', `${host}/32`, 'dev', 'lo');
const server = await BerthServer.start({
  args: ['--listen', `${host}:0`, '--tls', 'self', '--tls-names', host],
});
/** The same authority, as if somebody had given the pair. */
const withFiles = await BerthServer.start({
  args: [
    '--listen',
    `${host}:0`,
    '--tls-certificate',
    join(server.data, 'tls', 'server.crt'),
    '--tls-key',
    join(server.data, 'tls', 'server.key'),
  ],
});
const address = `${host}:${server.port}`;
const modes = [
  ['self', address],
  ['files', `${host}:${withFiles.port}`],
] as const;
after(async () => {
  await server[Symbol.asyncDispose]();
  await withFiles[Symbol.asyncDispose]();
  await program('ip', 'address', 'del', `${host}/32`, 'dev', 'lo');
  for (const place of ['docker', 'containers', 'containerd'])
    for (const [, at] of modes) rmSync(`/etc/${place}/certs.d/${at}`, { recursive: true, force: true });
});
const admin: Account = { username: 'admin', password };
const authority = join(server.data, 'tls', 'ca.crt');

async function program(name: string, ...args: readonly string[]): Promise<Ended> {
  const ended = await runProgram(name, args, { cwd: folder, limitMs: 120_000 });
  assert.equal(ended.code, 0, `${name} ${args.join(' ')}\n${ended.text}`);
  return ended;
}

/** Writes the script that is printed for a client, and returns its path. */
async function trustScript(client: string, at = address): Promise<string> {
  const { code, stdout, stderr } = await berth(
    `tls trust --print ${client} --host ${at} --data ${server.data}`.split(' '),
  );
  assert.equal(code, 0, stderr);
  const script = join(folder, `trust-${client}.sh`);
  writeFileSync(script, stdout);
  return script;
}

async function trust(client: string, at: string): Promise<void> {
  await program('sh', await trustScript(client, at));
}

function imageFor(name: string, at: string): ImageFiles & { readonly reference: string } {
  const reference = `${at}/library/${name}:1`;
  const image = writeImageFiles({ folder, seed: name, sizes: [200, 300_000], reference });
  return { ...image, reference };
}

const untrusted =
  /certificate signed by unknown authority|unable to get local issuer|self-signed certificate/i;

test('curl', async () => {
  const url = `https://${address}/v2/`;
  const refused = await runProgram('curl', ['--silent', '--show-error', url], { cwd: folder });
  assert.match(failed(refused), untrusted);
  for (const [, at] of modes) {
    const curl = ['--silent', '--cacert', authority, '--user', `admin:${password}`];
    assert.equal((await program('curl', ...curl, `https://${at}/v2/`)).stdout, '{}');
  }
  const plain = await program('curl', '--silent', '--write-out', '%{http_code}', `http://${address}/v2/`);
  assert.match(plain.stdout, /"DENIED","message":"this registry is to be reached over HTTPS".*426$/);
  const page = await program(
    'curl',
    '--silent',
    '--include',
    '--header',
    'Accept: text/html',
    `http://${address}/x`,
  );
  assert.match(page.stdout, new RegExp(`^HTTP/1.1 308 [^]*Location: https://${address}/x`));
  const old = await runProgram(
    'curl',
    ['--silent', '--show-error', '--tls-max', '1.1', '--cacert', authority, url],
    { cwd: folder },
  );
  failed(old);
});

test('the whole system, in a copy of where it keeps what it trusts', async () => {
  const script = await trustScript('system');
  const inside = [
    'set -e',
    `cp -a /etc/ssl '${folder}/ssl'`,
    `mount --bind '${folder}/ssl' /etc/ssl`,
    'mount -t tmpfs tmpfs /usr/local/share/ca-certificates',
    `sh '${script}'`,
    `curl --silent --user 'admin:${password}' 'https://${address}/v2/'`,
  ];
  const { stdout } = await program('unshare', '--mount', 'sh', '-c', inside.join('\n'));
  assert.match(stdout, /\{\}$/);
});

for (const [mode, at] of modes)
  test(`docker, tls=${mode}`, async () => {
    await using docker = await Docker.start();
    const image = imageFor('docker', at);
    assert.match(failed(await docker.login(admin, at)), untrusted);
    await trust('docker', at);
    succeeded(await docker.login(admin, at));
    succeeded(await docker.run(admin, 'load', '--input', image.dockerArchive));
    succeeded(await docker.run(admin, 'push', image.reference));
    succeeded(await docker.run(admin, 'image', 'rm', image.reference));
    succeeded(await docker.run(admin, 'pull', image.reference));
  });

for (const [mode, at] of modes)
  test(`podman, tls=${mode}`, async () => {
    const podman = new CommandLine('podman', folder, [
      `--root=${join(folder, 'root')}`,
      `--runroot=${join(folder, 'run')}`,
      '--storage-driver=vfs',
      '--events-backend=file',
      '--cgroup-manager=cgroupfs',
    ]);
    const image = imageFor('podman', at);
    const login = {
      who: admin,
      args: ['login', '--username', 'admin', '--password-stdin', at],
      input: password,
    };
    // It trusts what Docker trusts.
    rmSync(`/etc/docker/certs.d/${at}`, { recursive: true, force: true });
    assert.match(failed(await podman.run(login)), untrusted);
    await trust('podman', at);
    succeeded(await podman.run(login));
    await podman.does(admin, 'load', '--input', image.dockerArchive);
    await podman.does(admin, 'push', image.reference);
    await podman.does(admin, 'image', 'rm', image.reference);
    await podman.does(admin, 'pull', image.reference);
  });

for (const [mode, at] of modes)
  test(`containerd, tls=${mode}`, async () => {
    const ctr = await clientTool('containerd');
    await using containerd = await Containerd.start();
    const image = imageFor('containerd', at);
    succeeded(await containerd.run(ctr, 'images', 'import', '--local', '--no-unpack', image.ociArchive));
    const push = [
      'images',
      'push',
      '--local',
      '--hosts-dir',
      '/etc/containerd/certs.d',
      '--user',
      `admin:${password}`,
    ];
    assert.match(failed(await containerd.run(ctr, ...push, image.reference)), untrusted);
    await trust('containerd', at);
    succeeded(await containerd.run(ctr, ...push, image.reference));
  });

for (const [mode, at] of modes)
  test(`crane, tls=${mode}`, async () => {
    const tool = await clientTool('crane');
    const image = imageFor('crane', at);
    const login = ['auth', 'login', at, '--username', 'admin', '--password', password];
    const without = new CommandLine(tool, folder);
    await without.does(admin, ...login);
    assert.match(await without.fails(admin, 'push', image.layout, image.reference), untrusted);
    const trusting = new CommandLine(tool, folder, [], { SSL_CERT_FILE: authority });
    await trusting.does(admin, 'push', image.layout, image.reference);
    assert.equal((await trusting.does(admin, 'digest', image.reference)).trim(), image.digest);
  });

test('the script for k3s writes its registries only where there are none', async () => {
  const script = await trustScript('k3s');
  const inside = (more: string): string =>
    [
      'set -e',
      'mkdir -p /etc/rancher',
      'mount -t tmpfs tmpfs /etc/rancher',
      more,
      `sh '${script}' 2>&1`,
      'cat /etc/rancher/k3s/*',
    ].join('\n');
  const made = (await program('unshare', '--mount', 'sh', '-c', inside(''))).stdout;
  assert.match(
    made,
    new RegExp(`configs:\\n {2}"${address}":\\n {4}tls:\\n {6}ca_file: /etc/rancher/k3s/berth-`),
  );
  assert.ok(made.includes(readFileSync(authority, 'utf8').trimEnd()));
  const kept = (
    await program(
      'unshare',
      '--mount',
      'sh',
      '-c',
      inside('mkdir /etc/rancher/k3s; echo mine >/etc/rancher/k3s/registries.yaml'),
    )
  ).stdout;
  assert.match(kept, /add this to \/etc\/rancher\/k3s\/registries\.yaml by hand/);
  assert.match(kept, /^mine$/m);
});

/** As openssl makes them. */
async function certificate(
  name: string,
  ...more: readonly string[]
): Promise<{ certificate: string; key: string }> {
  const [crt, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const base = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await program('openssl', ...base, '-subj', `/CN=${name}`, '-keyout', key, '-out', crt, ...more);
  return { certificate: crt, key };
}

/** Only `openssl ca` takes a past end. */
async function expiredCertificate(): Promise<{ certificate: string; key: string }> {
  const pair = await certificate('expired', '-days', '30');
  const inFolder = (name: string): string => join(folder, name);
  const config = [
    '[a]',
    `database=${inFolder('ca.txt')}`,
    'default_md=sha256',
    `serial=${inFolder('ca.srl')}`,
    'policy=p',
    '[p]',
    'CN=supplied',
  ];
  writeFileSync(inFolder('ca.cnf'), config.join('\n'));
  writeFileSync(inFolder('ca.txt'), '');
  const request = inFolder('expired.csr');
  await program('openssl', 'req', '-new', '-key', pair.key, '-subj', '/CN=expired', '-out', request);
  const dates = ['-startdate', '20200101000000Z', '-enddate', '20210101000000Z'];
  const files = [
    '-notext',
    '-outdir',
    folder,
    '-keyfile',
    pair.key,
    '-in',
    request,
    '-out',
    pair.certificate,
  ];
  const base = ['ca', '-batch', '-selfsign', '-config', inFolder('ca.cnf'), '-name', 'a', '-create_serial'];
  await program('openssl', ...base, ...dates, ...files);
  return pair;
}

async function refusal(args: readonly string[]): Promise<string> {
  try {
    await using started = await BerthServer.start({ args });
    assert.fail(`it started on ${started.port}`);
  } catch (error) {
    assert.ok(error instanceof NotStarted, String(error));
    assert.equal(error.outcome.code, 2);
    return error.outcome.stderr;
  }
}

test('files that openssl made: expired, of another name, with another key, and right', async () => {
  const names = ['-addext', 'subjectAltName=DNS:registry.test'];
  const right = await certificate('right', ...names, '-days', '30');
  const other = await certificate('other', '-addext', 'subjectAltName=DNS:other.test', '-days', '30');
  const expired = await expiredCertificate();
  const use = (pair: { certificate: string; key: string }): string[] =>
    `--tls-certificate ${pair.certificate} --tls-key ${pair.key} --external-url https://registry.test`.split(
      ' ',
    );
  assert.match(await refusal(use(expired)), /certificate of "CN=expired" expired on \d{4}-\d\d-\d\d/);
  assert.match(await refusal(use(other)), /is for other\.test, not for registry\.test, which clients use/);
  assert.match(
    await refusal(use({ ...right, key: other.key })),
    /the key does not belong to the certificate of "CN=right"/,
  );
  await using started = await BerthServer.start({ args: use(right) });
  const to = `registry.test:443:127.0.0.1:${started.port}`;
  const asked = await program(
    'curl',
    '--silent',
    '--connect-to',
    to,
    '--cacert',
    right.certificate,
    '--user',
    `admin:${password}`,
    'https://registry.test/v2/',
  );
  assert.equal(asked.stdout, '{}');
});

test('where clients have to show a certificate, those of the named authority get in and no others', async () => {
  const purpose = ['-addext', 'extendedKeyUsage=clientAuth', '-days', '30'];
  const friend = await certificate('friend', ...purpose);
  const stranger = await certificate('stranger', ...purpose);
  await using closed = await BerthServer.start({
    args: ['--tls', 'self', '--tls-client-ca', friend.certificate],
  });
  const curl = [
    '--silent',
    '--show-error',
    '--cacert',
    join(closed.data, 'tls', 'ca.crt'),
    '--user',
    `admin:${password}`,
  ];
  const url = `https://localhost:${closed.port}/v2/`;
  const show = (pair: { certificate: string; key: string }): string[] => [
    '--cert',
    pair.certificate,
    '--key',
    pair.key,
  ];
  assert.equal((await program('curl', ...curl, ...show(friend), url)).stdout, '{}');
  failed(await runProgram('curl', [...curl, url], { cwd: folder }));
  failed(await runProgram('curl', [...curl, ...show(stranger), url], { cwd: folder }));
});

test('what openssl thinks of what the server makes', async () => {
  const leaf = join(server.data, 'tls', 'server.crt');
  assert.ok(existsSync(leaf));
  const verified = await program(
    'openssl',
    'verify',
    '-x509_strict',
    '-purpose',
    'sslserver',
    '-CAfile',
    authority,
    '-verify_ip',
    host,
    leaf,
  );
  assert.match(verified.stdout, /: OK$/m);
});
