// Archives between Berth and the tools that write and read them: what each of them saved comes in, and what Berth
// exports each of them reads.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { berth } from '../harness/berth-command.ts';
import { clientTool } from '../harness/client-tool.ts';
import { type ImageFiles, writeImageFiles } from '../harness/image-files.ts';
import { requireProgram, runProgram } from '../harness/run-program.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { CommandLine, succeeded } from './client-run.ts';
import { Containerd } from './containerd-daemon.ts';
import { Docker } from './docker-daemon.ts';

requireProgram('skopeo', 'skopeo');
requireProgram('podman', 'podman');
requireProgram('umoci', 'umoci');
const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const client = server.client();
const docker = await Docker.start();
after(() => docker[Symbol.asyncDispose]());
const folder = temporaryFolder();
const podman = new CommandLine('podman', folder, [
  `--root=${join(folder, 'root')}`,
  `--runroot=${join(folder, 'run')}`,
  '--storage-driver=vfs',
  '--events-backend=file',
  '--cgroup-manager=cgroupfs',
]);

async function tool(program: string, ...args: readonly string[]): Promise<string> {
  return succeeded(await runProgram(program, args, { cwd: folder })).stdout;
}

async function run(...args: readonly string[]): Promise<string> {
  const outcome = await berth([...args, '--data', server.data], { limitMs: 120_000 });
  assert.equal(outcome.code, 0, outcome.stderr + outcome.stdout);
  return outcome.stdout;
}

/** Config and manifest as the registry has them. */
async function configIn(repository: string, tag: string): Promise<string> {
  const accept = {
    Accept:
      'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json',
  };
  const answer = await client.get(`/v2/${repository}/manifests/${tag}`, accept);
  assert.equal(answer.status, 200, answer.body.toString());
  const { config } = JSON.parse(answer.body.toString()) as { config: { digest: string } };
  return config.digest;
}

const images: readonly ImageFiles[] = ['one', 'two'].map((seed) =>
  writeImageFiles({ folder, seed, sizes: [200, 400_000], reference: `registry.example/library/${seed}:v1` }),
);
const [one, two] = images as [ImageFiles, ImageFiles];

async function exported(name: string, ...references: readonly string[]): Promise<string> {
  for (const image of images) await run('import', 'oci', image.ociArchive);
  const file = join(folder, name);
  await run('export', ...references, '-o', file);
  return file;
}

test('what docker save wrote, one image and several, comes in with the ids that Docker knows', async () => {
  for (const image of images)
    await docker.runWith({ who: null, args: ['load', '--input', image.dockerArchive] });
  const both = join(folder, 'saved.tar');
  succeeded(
    await docker.run(
      null,
      'save',
      '-o',
      both,
      'registry.example/library/one:v1',
      'registry.example/library/two:v1',
    ),
  );
  await run('import', 'docker-archive', both);
  assert.equal(await configIn('library/one', 'v1'), one.configDigest);
  assert.equal(await configIn('library/two', 'v1'), two.configDigest);
  assert.match(await run('import', 'docker-archive', both), /blobs sent 0 \(0 B\)/);
});

test('what podman and skopeo saved comes in, in all their forms', async () => {
  await podman.does(null, 'load', '--input', one.dockerArchive);
  for (const format of ['docker-archive', 'oci-archive']) {
    const file = join(folder, `podman-${format}.tar`);
    await podman.does(null, 'save', `--format=${format}`, '-o', file, 'registry.example/library/one:v1');
    await run('import', format === 'oci-archive' ? 'oci' : format, file, '--to', `library/podman:${format}`);
    assert.equal(await configIn('library/podman', format), one.configDigest);
  }
  const source = `oci:${two.layout}:image`;
  await tool('skopeo', 'copy', source, `docker-archive:${join(folder, 'skopeo.tar')}:desk/two:v3`);
  await run('import', 'docker-archive', join(folder, 'skopeo.tar'), '--to', 'library/');
  assert.equal(await configIn('library/desk/two', 'v3'), two.configDigest);
  await tool('skopeo', 'copy', source, `oci-archive:${join(folder, 'skopeo-oci.tar')}:v4`);
  await run('import', 'oci', join(folder, 'skopeo-oci.tar'), '--to', 'library/skopeo');
  assert.equal(await configIn('library/skopeo', 'v4'), two.configDigest);
});

test('a layout of umoci comes in with the digest that it has there', async () => {
  const layout = join(folder, 'umoci');
  const files = join(folder, 'files');
  mkdirSync(files);
  await tool('umoci', 'init', '--layout', layout);
  await tool('umoci', 'new', '--image', `${layout}:v1`);
  await tool('umoci', 'insert', '--image', `${layout}:v1`, files, '/files');
  const digest = (await tool('skopeo', 'inspect', '--format', '{{.Digest}}', `oci:${layout}:v1`)).trim();
  assert.match(
    await run('import', 'oci', layout, '--to', 'library/umoci'),
    new RegExp(`library/umoci:v1 {2}${digest}`),
  );
});

test('docker loads what was exported, one image and several', async () => {
  const file = await exported('for-docker.tar', 'library/one:v1', 'library/two:v1');
  const loaded = succeeded(await docker.run(null, 'load', '--input', file)).stdout;
  for (const [name, image] of [
    ['one', one],
    ['two', two],
  ] as const) {
    assert.match(loaded, new RegExp(`Loaded image: localhost:5000/library/${name}:v1`));
    const id = await docker.run(
      null,
      'image',
      'inspect',
      '--format',
      '{{.Id}}',
      `localhost:5000/library/${name}:v1`,
    );
    assert.equal(succeeded(id).stdout.trim(), image.configDigest);
  }
});

test('podman, skopeo and umoci read what was exported', async () => {
  const file = await exported('for-podman.tar', 'library/one:v1');
  assert.match(await podman.does(null, 'load', '--input', file), /localhost:5000\/library\/one:v1/);
  const both = await exported('for-both.tar', 'library/one:v1', 'library/two:v1');
  const loaded = await podman.does(null, 'load', '--input', both);
  for (const name of ['one', 'two']) assert.match(loaded, new RegExp(`localhost:5000/library/${name}:v1`));
  const oci = await tool('skopeo', 'inspect', '--format', '{{.Digest}}', `oci-archive:${file}:v1`);
  assert.equal(oci.trim(), one.digest);
  const asDocker = join(folder, 'as-docker');
  await tool('skopeo', 'copy', `docker-archive:${both}:localhost:5000/library/two:v1`, `dir:${asDocker}`);
  const unpacked = join(folder, 'unpacked-layout');
  mkdirSync(unpacked);
  await tool('tar', '-xf', both, '-C', unpacked);
  assert.match(await tool('umoci', 'ls', '--layout', unpacked), /^v1$/m);
});

test('crane pushes what was exported', async () => {
  const file = await exported('for-crane.tar', 'library/one:v1');
  const crane = await clientTool('crane');
  const address = `127.0.0.1:${server.port}`;
  await tool(crane, 'auth', 'login', address, '-u', 'admin', '-p', password);
  await tool(crane, 'push', '--insecure', file, `${address}/library/crane:v1`);
  assert.equal(await configIn('library/crane', 'v1'), one.configDigest);
});

test('ctr imports what was exported', async () => {
  await using containerd = await Containerd.start();
  const file = await exported('for-ctr.tar', 'library/one:v1', 'library/two:v1');
  succeeded(await containerd.run('ctr', 'images', 'import', '--no-unpack', file));
  const listed = succeeded(await containerd.run('ctr', 'images', 'ls')).stdout;
  for (const [name, image] of [
    ['one', one],
    ['two', two],
  ] as const)
    assert.match(listed, new RegExp(`localhost:5000/library/${name}:v1 .*${image.digest}`));
});

test('over HTTPS with an authority that is named; without it nobody is trusted', async () => {
  await using encrypted = await BerthServer.start({ args: ['--tls', 'self'] });
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, (await berth(['tls', 'ca', 'print', '--data', encrypted.data])).stdout);
  const who = ['--server', `https://localhost:${encrypted.port}`, '--user', 'admin', '--password-stdin'];
  const args = ['import', 'oci', one.layout, ...who];
  const done = await berth([...args, '--ca', ca], { input: password });
  assert.equal(done.code, 0, done.stderr);
  const refused = await berth(args, { input: password });
  assert.equal(refused.code, 9);
  assert.match(refused.stderr, /does not answer: .*certificate/);
});
