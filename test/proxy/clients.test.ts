// Real clients through the shipped nginx, over TLS that they check, with an image of one large layer each.

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CommandLine, succeeded } from '../clients/client-run.ts';
import { Containerd } from '../clients/containerd-daemon.ts';
import { Docker } from '../clients/docker-daemon.ts';
import { digestOfFile } from '../clients/matrix/digest-of-file.ts';
import { writeLargeImage } from '../clients/matrix/large-image.ts';
import { manifestAt } from '../clients/matrix/registry-side.ts';
import { clientTool } from '../harness/client-tool.ts';
import { requireProgram } from '../harness/run-program.ts';
import { password } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { Balanced } from './balanced.ts';

const balanced = await Balanced.start();
after(() => balanced[Symbol.asyncDispose]());
const { nginx } = balanced;
const registry = nginx.client();
const folder = temporaryFolder();
const address = `127.0.0.1:${nginx.port}`;
const admin = { username: 'admin', password };
const env = { SSL_CERT_FILE: nginx.ca };
const layout = writeLargeImage({ folder, form: 'layout', reference: `${address}/library/layout:1` });

function command(program: string, always: readonly string[] = []): CommandLine {
  requireProgram(program, program);
  return new CommandLine(program, folder, always, env);
}

/** In which versions of HTTP nginx was asked for a repository, and that it kept nothing of it. */
function spoken(repository: string): string {
  assert.deepEqual(nginx.buffered(), []);
  const asked = nginx.accesses.filter(({ path }) => path.startsWith(`/v2/${repository}/`));
  assert.ok(asked.some(({ method, path }) => method !== 'GET' && path.includes('/blobs/uploads/')));
  assert.deepEqual(
    asked.filter(({ status }) => status >= 500),
    [],
  );
  return [...new Set(asked.map(({ protocol }) => protocol))].join(', ');
}

/** Some clients compress the layer on its way. */
async function assertLayer(path: string, repository: string): Promise<void> {
  const { layers = [] } = await manifestAt(registry, repository, '1');
  assert.equal(layers.length, 1);
  for (const { digest } of layers)
    assert.equal(await digestOfFile(join(path, 'blobs', digest.replace(':', '/'))), digest);
  rmSync(path, { recursive: true });
}

test('skopeo pushes and pulls', { timeout: 600_000 }, async (t) => {
  const skopeo = command('skopeo', ['--insecure-policy']);
  const creds = `admin:${password}`;
  const remote = `docker://${address}/library/skopeo:1`;
  const pulled = join(folder, 'by-skopeo');
  await skopeo.does(null, 'copy', '--dest-creds', creds, `oci:${layout.path}:image`, remote);
  await skopeo.does(null, 'copy', '--src-creds', creds, remote, `oci:${pulled}:image`);
  await assertLayer(pulled, 'library/skopeo');
  t.diagnostic(`skopeo speaks ${spoken('library/skopeo')}`);
});

test('podman pushes and pulls', { timeout: 600_000 }, async (t) => {
  const kept = [`--root=${join(folder, 'root')}`, `--runroot=${join(folder, 'run')}`, '--storage-driver=vfs'];
  const podman = command('podman', [...kept, '--events-backend=file', '--cgroup-manager=cgroupfs']);
  const name = `${address}/library/podman:1`;
  const saved = writeLargeImage({ folder, form: 'docker', reference: name });
  const login = ['login', '--username', 'admin', '--password-stdin', address];
  succeeded(await podman.run({ who: admin, args: login, input: password }));
  await podman.does(admin, 'load', '--input', saved.path);
  saved.remove();
  await podman.does(admin, 'push', name);
  await podman.does(admin, 'rmi', name);
  await podman.does(admin, 'pull', name);
  const id = await podman.does(admin, 'image', 'inspect', '--format', '{{.Id}}', name);
  assert.equal(`sha256:${id.trim()}`, saved.configDigest);
  t.diagnostic(`podman speaks ${spoken('library/podman')}`);
});

test('crane pushes and pulls', { timeout: 900_000 }, async (t) => {
  const crane = new CommandLine(await clientTool('crane'), folder, [], env);
  const name = `${address}/library/crane:1`;
  await crane.does(admin, 'auth', 'login', address, '--username', 'admin', '--password', password);
  await crane.does(admin, 'push', layout.path, name);
  const pulled = join(folder, 'by-crane');
  await crane.does(admin, 'pull', '--format', 'oci', name, pulled);
  await assertLayer(pulled, 'library/crane');
  t.diagnostic(`crane speaks ${spoken('library/crane')}`);
});

test('docker pushes and pulls', { timeout: 900_000 }, async (t) => {
  await using docker = await Docker.start();
  const name = `${address}/library/docker:1`;
  const saved = writeLargeImage({ folder, form: 'docker', reference: name });
  succeeded(await docker.login(admin, address));
  succeeded(await docker.run(admin, 'load', '--input', saved.path));
  saved.remove();
  succeeded(await docker.run(admin, 'push', name));
  succeeded(await docker.run(admin, 'rmi', name));
  succeeded(await docker.run(admin, 'pull', name));
  const id = succeeded(await docker.run(admin, 'image', 'inspect', '--format', '{{.Id}}', name)).stdout;
  assert.equal(id.trim(), saved.configDigest);
  t.diagnostic(`docker speaks ${spoken('library/docker')}`);
});

test('containerd pushes and pulls', { timeout: 900_000 }, async (t) => {
  const ctr = await clientTool('containerd');
  await using containerd = await Containerd.start();
  const name = `${address}/library/containerd:1`;
  const saved = writeLargeImage({ folder, form: 'docker', reference: name });
  const images = async (...args: readonly string[]) =>
    succeeded(await containerd.run(ctr, 'images', ...args));
  await images('import', '--local', '--no-unpack', saved.path);
  saved.remove();
  const remote = ['--local', '--tlscacert', nginx.ca, '--user', `admin:${password}`, name];
  await images('push', ...remote);
  await images('rm', '--sync', name);
  await images('pull', ...remote);
  const { stdout } = await images('ls', '--quiet');
  assert.equal(stdout.trim(), name);
  t.diagnostic(`containerd speaks ${spoken('library/containerd')}`);
});
