// The image, built without a network by the shipped Dockerfile on a Debian of this test's own, and started as the users'
// guide says for Docker's registry, line by line, with only the image's name changed.

import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build } from '../../tools/build/build.ts';
import { ContainerHost } from '../deploy/container-host.ts';
import { root } from '../harness/berth-command.ts';
import { writeImageFiles } from '../harness/image-files.ts';
import { ownCertificate } from '../harness/own-certificate.ts';
import { requireProgram, runProgram } from '../harness/run-program.ts';
import { waitUntil } from '../harness/wait-until.ts';

requireProgram('skopeo', 'skopeo');
requireProgram('mmdebstrap', 'mmdebstrap');
const host = await ContainerHost.start();
after(() => host[Symbol.asyncDispose]());
const { folder } = host;
const largestMiB = 90;
const app = writeImageFiles({ folder, seed: 'image', sizes: [200, 3_000_000], reference: 'localhost/app:1' });

before(
  async () => {
    await debian();
    await buildBerth();
  },
  { timeout: 900_000 },
);

/** What others have from Docker Hub: Debian's essential packages, and what Node is linked to. */
async function debian(): Promise<void> {
  const tar = join(folder, 'debian.tar');
  const unneeded = ['doc', 'locale', 'man', 'info'].map(
    (each) => `--dpkgopt=path-exclude=/usr/share/${each}/*`,
  );
  const packages = '--include=libatomic1,libstdc++6';
  const args = ['--quiet', '--variant=essential', packages, ...unneeded, 'trixie', tar];
  const { code, text } = await runProgram('mmdebstrap', args, { cwd: folder, limitMs: 600_000 });
  assert.equal(code, 0, text);
  await host.docker('import', tar, 'debian');
}

/** As `npm run build && docker build`, from a folder that has nothing else in it. */
async function buildBerth(): Promise<void> {
  const context = join(folder, 'context');
  const node = join('node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  for (const each of ['package.json', 'LICENSE', 'bin', join('deploy', 'docker'), node])
    cpSync(join(root, each), join(context, each), { recursive: true });
  await build(join(context, 'dist'));
  const file = join(context, 'deploy', 'docker', 'Dockerfile');
  const options = ['--build-arg', 'BASE=debian', '--build-arg', `NODE=node-linux-${process.arch}`];
  await host.docker('build', '--network', 'none', ...options, '--file', file, '--tag', 'berth', context);
}

async function ready(container: string, ...args: readonly string[]): Promise<void> {
  const answers = async (): Promise<boolean> =>
    (await host.inside('curl', '--silent', '--fail', ...args)).code === 0;
  try {
    await waitUntil('the registry to be ready', answers, 90_000);
  } catch (cause) {
    throw new Error(await logOf(container), { cause });
  }
}

async function skopeo(...args: readonly string[]): Promise<void> {
  const { code, text } = await host.inside('skopeo', '--insecure-policy', 'copy', ...args);
  assert.equal(code, 0, text);
}

/** Of the process that serves. */
async function statusOf(container: string): Promise<string> {
  return host.docker('exec', container, 'cat', '/proc/1/status');
}

async function logOf(container: string): Promise<string> {
  const { text } = await runProgram('docker', ['logs', container], {
    cwd: folder,
    env: { DOCKER_HOST: `unix://${join(folder, 'docker.sock')}` },
  });
  return text;
}

function ownFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

test('the image is small, and says what is in it', { timeout: 300_000 }, async (t) => {
  const socket = `unix://${join(folder, 'docker.sock')}`;
  const save = await runProgram('sh', ['-c', 'docker save berth | gzip -6 | wc -c'], {
    cwd: folder,
    env: { DOCKER_HOST: socket },
    limitMs: 240_000,
  });
  const sizeMiB = Number(save.stdout) / 2 ** 20;
  t.diagnostic(`the image is ${sizeMiB.toFixed(1)} MiB compressed`);
  assert.ok(sizeMiB > 10 && sizeMiB <= largestMiB, `${sizeMiB} MiB`);
  const labels = await host.docker('inspect', '--format', '{{json .Config.Labels}}', 'berth');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  assert.match(labels, new RegExp(`"org.opencontainers.image.version":"${version}"`));
  const sbom = await host.docker('run', '--rm', 'berth', 'sh', '-c', 'cat /opt/berth/dist/sbom.cdx.json');
  assert.match(sbom, /"bomFormat": "CycloneDX"/);
});

test('docker run as the guide says; push a name of one component; restart; stop', {
  timeout: 600_000,
}, async (t) => {
  const tar = await runProgram('tar', ['-cf', join(folder, 'nginx.tar'), '-C', root, 'LICENSE'], {
    cwd: folder,
  });
  assert.equal(tar.code, 0, tar.text);
  await host.docker('import', join(folder, 'nginx.tar'), 'nginx');
  await host.docker('run', '-d', '-p', '5000:5000', '--name', 'registry', 'berth');
  await ready('registry', 'http://localhost:5000/readyz');
  await host.docker('tag', 'nginx', 'localhost:5000/nginx');
  await host.docker('push', 'localhost:5000/nginx');
  await host.docker('rmi', 'localhost:5000/nginx');
  await host.docker('pull', 'localhost:5000/nginx');
  const status = await statusOf('registry');
  assert.match(status, /^Uid:\t65532\t65532\t65532\t65532$/m);
  assert.match(status, /^CapEff:\t0000000000000402$/m);
  assert.match(status, /^NoNewPrivs:\t1$/m);
  const { stdout } = await host.inside('curl', '--silent', 'http://localhost:5000/api/v2.0/health');
  assert.match(stdout, /"name":"access","status":"unhealthy"/);
  assert.match(await host.docker('exec', 'registry', '/harbor/gc.sh'), /freed 0/);
  const healthy = async (): Promise<boolean> =>
    (await host.docker('ps', '--filter', 'health=healthy', '--quiet')).trim() !== '';
  await waitUntil('the container to be healthy', healthy, 120_000);
  const before = Date.now();
  await host.docker('stop', '--time', '60', 'registry');
  t.diagnostic(`stopped after ${Date.now() - before} ms`);
  assert.equal((await host.docker('inspect', '--format', '{{.State.ExitCode}}', 'registry')).trim(), '0');
  await host.docker('start', 'registry');
  await ready('registry', 'http://localhost:5000/readyz');
  await host.docker('rmi', 'localhost:5000/nginx');
  await host.docker('pull', 'localhost:5000/nginx');
  t.diagnostic((await logOf('registry')).split('\n').find((line) => line.includes('warn')) ?? 'no warning');
  await host.docker('rm', '--force', '--volumes', 'registry');
});

test('the compose file of the guide, with a key that only root can read', { timeout: 600_000 }, async () => {
  const place = ownFolder('guide');
  const certs = ownFolder(join('guide', 'certs'));
  const trusted = ownFolder('trusted');
  const { certificate, key } = await ownCertificate(ownFolder('made'), 'registry.example');
  cpSync(certificate, join(certs, 'domain.crt'));
  cpSync(key, join(certs, 'domain.key'));
  chmodSync(join(certs, 'domain.key'), 0o600);
  cpSync(certificate, join(trusted, 'ca.crt'));
  const file = join(place, 'docker-compose.yml');
  writeFileSync(
    file,
    `version: '3'
services:
  registry:
    image: berth
    container_name: registry
    ports:
      - "5000:5000"
    environment:
      REGISTRY_HTTP_TLS_CERTIFICATE: /certs/domain.crt
      REGISTRY_HTTP_TLS_KEY: /certs/domain.key
    volumes:
      - ./certs:/certs
      - ./data:/var/lib/registry
`,
  );
  const compose = (...args: readonly string[]): Promise<string> => host.compose(file, {}, ...args);
  const https = ['--cacert', certificate, '--resolve', 'registry.example:5000:127.0.0.1'];
  const remote = 'docker://127.0.0.1:5000/nginx:1';
  await compose('up', '-d');
  await ready('registry', ...https, 'https://registry.example:5000/readyz');
  await skopeo('--dest-cert-dir', trusted, `oci:${app.layout}:image`, remote);
  await compose('down');
  await compose('up', '-d');
  await ready('registry', ...https, 'https://registry.example:5000/readyz');
  await skopeo('--src-cert-dir', trusted, remote, `oci:${join(folder, 'back')}:image`);
  await compose('down');
});

test('as another user, without a right and on a root that is read only', { timeout: 300_000 }, async () => {
  const locked = ['--read-only', '--user', '65532:65532', '--cap-drop', 'ALL'];
  const options = [...locked, '--security-opt', 'no-new-privileges'];
  await host.docker('run', '-d', '-p', '5001:5000', ...options, '--name', 'locked', 'berth');
  await ready('locked', 'http://127.0.0.1:5001/readyz');
  const remote = 'docker://127.0.0.1:5001/app:1';
  await skopeo('--dest-tls-verify=false', `oci:${app.layout}:image`, remote);
  await skopeo('--src-tls-verify=false', remote, `oci:${join(folder, 'unlocked')}:image`);
  assert.match(await statusOf('locked'), /^CapEff:\t0000000000000000$/m);
  await host.docker('rm', '--force', '--volumes', 'locked');
});

test('who may not write to the volume is told which folder it is', { timeout: 120_000 }, async (t) => {
  const volume = ownFolder('of-root');
  const options = ['--user', '65532:65532', '--volume', `${volume}:/var/lib/registry`];
  await host.docker('run', '-d', ...options, '--name', 'refused', 'berth');
  assert.notEqual((await host.docker('wait', 'refused')).trim(), '0');
  const log = await logOf('refused');
  t.diagnostic(log.trim());
  assert.match(log, /\/var\/lib\/registry/);
  await host.docker('rm', 'refused');
});
