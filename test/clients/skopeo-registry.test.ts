// What skopeo's own tests do with the registry that they start as `registry serve <configuration>`, by script: with a
// program of that name which starts Berth, once open to everybody and once with a file of passwords.

import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { hashSync } from 'bcryptjs';
import { childOf, descriptorOf, digestOf, indexOf, type Manifest, types } from '../harness/image.ts';
import { type ImageFiles, writeImageFiles } from '../harness/image-files.ts';
import { expectError, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { type Ended, requireProgram, runProgram } from '../harness/run-program.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { assertLayoutHolds } from './matrix/assert-layout-holds.ts';
import { type Person, RegistryProgram } from './registry-program.ts';

requireProgram('skopeo', 'skopeo');
const folder = temporaryFolder();
const testuser: Person = { username: 'testuser', password: 'testpassword' };

/** A registry, and how skopeo is told to sign in there. */
interface Site {
  readonly kind: 'open' | 'htpasswd';
  readonly address: string;
  readonly client: RegistryClient;
  /** Flags of commands with one image, of the source and of the target of a copy. */
  readonly flags: Readonly<Record<'' | 'src-' | 'dest-', readonly string[]>>;
}

async function startSite(kind: Site['kind']): Promise<Site> {
  const home = join(folder, kind);
  mkdirSync(home);
  const htpasswd = join(home, 'htpasswd');
  const { username, password } = testuser;
  writeFileSync(htpasswd, `${username}:${hashSync(password, 5).replace('$2b$', '$2y$')}\n`);
  const auth = ['auth:', '  htpasswd:', '    realm: basic-realm', `    path: ${htpasswd}`];
  const registry = await RegistryProgram.start(home, kind === 'open' ? [] : auth);
  after(() => registry[Symbol.asyncDispose]());
  const client = registry.client(kind === 'open' ? undefined : testuser);
  after(() => client.close());
  const creds = (side: string): string[] =>
    kind === 'open' ? [`--${side}no-creds`] : [`--${side}creds`, `${username}:${password}`];
  const flagsOf = (side: string): string[] => [`--${side}tls-verify=false`, ...creds(side)];
  const flags = { '': flagsOf(''), 'src-': flagsOf('src-'), 'dest-': flagsOf('dest-') };
  return { kind, address: registry.address, client, flags };
}

function run(...args: readonly string[]): Promise<Ended> {
  return runProgram('skopeo', ['--insecure-policy', ...args], { cwd: folder });
}

async function skopeo(...args: readonly string[]): Promise<string> {
  const { code, stdout, text } = await run(...args);
  assert.equal(code, 0, `skopeo ${args.join(' ')}\n${text}`);
  return stdout;
}

async function refused(...args: readonly string[]): Promise<string> {
  const { code, text } = await run(...args);
  assert.notEqual(code, 0, `skopeo ${args.join(' ')}\n${text}`);
  return text;
}

interface Ends {
  readonly from: string | { readonly site: Site; readonly name: string };
  readonly to: string | { readonly site: Site; readonly name: string };
}

/** Between two registries, or a registry and a file or folder. */
function copy({ from, to }: Ends, ...more: readonly string[]): Promise<string> {
  const [source, target] = [placeOf(from), placeOf(to)];
  const flags = [
    ...(typeof from === 'string' ? [] : from.site.flags['src-']),
    ...(typeof to === 'string' ? [] : to.site.flags['dest-']),
  ];
  return skopeo('copy', ...flags, ...more, source, target);
}

function placeOf(end: Ends['from']): string {
  return typeof end === 'string' ? end : `docker://${end.site.address}/${end.name}`;
}

interface ManifestSeen {
  readonly mediaType: string;
  readonly digest: string;
  readonly layers?: readonly { readonly mediaType: string; readonly digest: string }[];
}

/** With everything that there is in `Accept`: Docker's registry gives nothing of OCI's to who asks for nothing. */
async function manifestAt({ client }: Site, repository: string, reference: string): Promise<ManifestSeen> {
  const accept = { Accept: Object.values(types).join(', ') };
  const answer = await client.get(`/v2/${repository}/manifests/${reference}`, accept);
  expectStatus(answer, 200);
  return { ...(JSON.parse(answer.body.toString()) as ManifestSeen), digest: digestOf(answer.body) };
}

async function digestAt(site: Site, repository: string, reference: string): Promise<string> {
  return (await manifestAt(site, repository, reference)).digest;
}

/** Every file of a `dir:` is what its name says. */
function assertDirIsWhole(dir: string): string {
  for (const name of readdirSync(dir).filter((each) => /^[0-9a-f]{64}$/.test(each)))
    assert.equal(digestOf(readFileSync(join(dir, name))), `sha256:${name}`);
  return digestOf(readFileSync(join(dir, 'manifest.json')));
}

const reference = 'registry.example/team/app:1';
const images = (['amd64', 'arm64'] as const).map((architecture) =>
  writeImageFiles({ folder, seed: architecture, sizes: [200, 70_000], reference, architecture }),
);
const [amd64, arm64] = images as [ImageFiles, ImageFiles];

/** One layout with an index of both. */
function writeIndexLayout(): { readonly layout: string; readonly index: Manifest } {
  const layout = join(folder, 'both');
  for (const { layout: own } of images) cpSync(own, layout, { recursive: true });
  const children = images.map(({ digest, blobs }, at) => {
    const bytes = blobs.get(digest) ?? Buffer.alloc(0);
    const platform = { os: 'linux', architecture: ['amd64', 'arm64'][at] };
    return childOf({ mediaType: types.ociManifest, bytes, digest }, { platform });
  });
  const index = indexOf(children);
  writeFileSync(join(layout, 'blobs', index.digest.replace(':', '/')), index.bytes);
  const annotations = { 'org.opencontainers.image.ref.name': 'both' };
  const manifests = [{ ...descriptorOf(types.ociIndex, index.bytes), annotations }];
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  return { layout, index };
}

const both = writeIndexLayout();
const sites = await Promise.all([startSite('open'), startSite('htpasswd')]);
const [open, closed] = sites;
for (const site of sites) {
  await copy({ from: `oci:${amd64.layout}:image`, to: { site, name: 'team/app:1' } });
  await copy({ from: `oci:${both.layout}:both`, to: { site, name: 'team/app:both' } }, '--all');
}

for (const site of sites) {
  const at = (name: string): { readonly site: Site; readonly name: string } => ({ site, name });
  const work = join(folder, `work-${site.kind}`);
  mkdirSync(work);

  test(`${site.kind}: an image goes to each kind of file and back with the same digest`, async () => {
    assert.equal(await digestAt(site, 'team/app', '1'), amd64.digest);
    const places = [`dir:${work}/dir`, `oci:${work}/layout:image`, `oci-archive:${work}/a.tar:image`];
    for (const [number, place] of places.entries()) {
      await copy({ from: at('team/app:1'), to: place }, '--preserve-digests');
      await copy({ from: place, to: at(`back/app:${number}`) }, '--preserve-digests');
      assert.equal(await digestAt(site, 'back/app', String(number)), amd64.digest, place);
    }
    assert.equal(assertDirIsWhole(join(work, 'dir')), amd64.digest);
    assertLayoutHolds(join(work, 'layout'), amd64);
    await copy({ from: `oci-archive:${amd64.ociArchive}`, to: at('archives/app:oci') });
    assert.equal(await digestAt(site, 'archives/app', 'oci'), amd64.digest);
  });

  test(`${site.kind}: an image goes to an archive of Docker and back, and has the same id`, async () => {
    const archive = `docker-archive:${work}/docker.tar`;
    await copy({ from: at('team/app:1'), to: `${archive}:example/app:1` });
    await copy({ from: archive, to: at('archives/app:back') });
    await copy({ from: `docker-archive:${amd64.dockerArchive}`, to: at('archives/app:docker') });
    for (const tag of ['back', 'docker']) {
      const { mediaType, layers = [] } = await manifestAt(site, 'archives/app', tag);
      assert.equal(mediaType, types.dockerManifest);
      assert.equal(layers.length, 2);
      const config = await skopeo(
        'inspect',
        '--config',
        '--raw',
        ...site.flags[''],
        placeOf(at(`archives/app:${tag}`)),
      );
      assert.equal(digestOf(Buffer.from(config)), amd64.configDigest);
    }
  });

  test(`${site.kind}: an index is copied whole, in part, or alone`, async () => {
    const dir = `dir:${work}/both`;
    await copy({ from: at('team/app:both'), to: dir }, '--all', '--preserve-digests');
    await copy({ from: dir, to: at('index/app:from-dir') }, '--multi-arch', 'all', '--preserve-digests');
    await copy({ from: at('index/app:from-dir'), to: `oci:${work}/index:both` }, '--all');
    await copy({ from: `oci:${work}/index:both`, to: at('index/app:from-oci') }, '--all');
    for (const tag of ['from-dir', 'from-oci'])
      assert.equal(await digestAt(site, 'index/app', tag), both.index.digest);
    for (const { digest } of images) assert.equal(await digestAt(site, 'index/app', digest), digest);
    const system = ['--override-arch', 'arm64', '--multi-arch', 'system', '--preserve-digests'];
    await copy({ from: at('team/app:both'), to: at('system/app:arm64') }, ...system);
    assert.equal(await digestAt(site, 'system/app', 'arm64'), arm64.digest);
    // Its images are there.
    await copy({ from: at('index/app:from-dir'), to: at('team/app:alone') }, '--multi-arch', 'index-only');
    assert.equal(await digestAt(site, 'team/app', 'alone'), both.index.digest);
    await copy({ from: at('index/app:from-dir'), to: `dir:${work}/alone` }, '--multi-arch', 'index-only');
    assert.equal(assertDirIsWhole(join(work, 'alone')), both.index.digest);
  });

  test(`${site.kind}: an image takes the other form and the first one again`, async () => {
    await copy({ from: at('team/app:1'), to: at('forms/app:v2s2') }, '--format', 'v2s2');
    await copy({ from: at('forms/app:v2s2'), to: at('forms/app:oci') }, '--format', 'oci');
    const [docker, oci] = [
      await manifestAt(site, 'forms/app', 'v2s2'),
      await manifestAt(site, 'forms/app', 'oci'),
    ];
    assert.equal(docker.mediaType, types.dockerManifest);
    assert.ok(oci.layers?.every(({ mediaType }) => mediaType === types.ociLayer));
    const layersOf = ({ layers = [] }: typeof docker): string[] => layers.map(({ digest }) => digest);
    assert.deepEqual(layersOf(docker), layersOf(oci));
  });

  test(`${site.kind}: layers are compressed, in other ways too, and uncompressed`, async () => {
    await copy({ from: at('team/app:1'), to: `dir:${work}/plain` }, '--dest-decompress');
    assertDirIsWhole(join(work, 'plain'));
    await copy({ from: `dir:${work}/plain`, to: `dir:${work}/gzip` }, '--dest-compress');
    assertDirIsWhole(join(work, 'gzip'));
    const wanted = { gzip: types.ociLayer, zstd: types.zstdLayer };
    for (const [format, layerType] of Object.entries(wanted)) {
      // Layers that the registry has in another form would be taken from there.
      const { layout } = writeImageFiles({
        folder,
        seed: `${site.kind}-${format}`,
        sizes: [9000],
        reference,
      });
      const plain = `dir:${work}/plain-${format}`;
      await copy({ from: `oci:${layout}:image`, to: plain }, '--dest-decompress');
      const name = at(`layers/app:${format}`);
      await copy({ from: plain, to: name }, '--format', 'oci', '--dest-compress-format', format);
      const { layers = [] } = await manifestAt(site, 'layers/app', format);
      assert.deepEqual(
        layers.map(({ mediaType }) => mediaType),
        [layerType],
      );
      await copy({ from: name, to: `dir:${work}/again-${format}` }, '--dest-decompress');
      assert.deepEqual(layerFiles(`${work}/again-${format}`), layerFiles(`${work}/plain-${format}`));
    }
  });

  test(`${site.kind}: an image is looked at in each way`, async () => {
    const inspect = (...args: readonly string[]): Promise<string> =>
      skopeo('inspect', ...site.flags[''], ...args);
    const name = placeOf(at('team/app:1'));
    const seen = JSON.parse(await inspect(name)) as Record<string, unknown>;
    assert.equal(seen['Digest'], amd64.digest);
    assert.equal(seen['Architecture'], 'amd64');
    assert.ok((seen['RepoTags'] as string[]).includes('both'));
    const bare = JSON.parse(await inspect('--no-tags', name)) as Record<string, unknown>;
    assert.deepEqual(bare['RepoTags'], []);
    assert.equal(await inspect('--raw', name), String(amd64.blobs.get(amd64.digest)));
    assert.equal(await inspect('--raw', placeOf(at('team/app:both'))), String(both.index.bytes));
    assert.equal(await inspect('--raw', '--config', name), String(amd64.blobs.get(amd64.configDigest)));
    assert.equal((JSON.parse(await inspect('--config', name)) as { os: string }).os, 'linux');
    const digest = (await inspect('--format', '{{.Digest}}', placeOf(at(`team/app@${amd64.digest}`)))).trim();
    assert.equal(digest, amd64.digest);
  });

  test(`${site.kind}: tags are listed, and what is deleted is gone`, async () => {
    for (const tag of ['a', 'b'])
      await copy({ from: at(tag === 'a' ? 'team/app:1' : 'system/app:arm64'), to: at(`tags/app:${tag}`) });
    const list = async (): Promise<unknown> => {
      const text = await skopeo('list-tags', ...site.flags[''], placeOf(at('tags/app')));
      return JSON.parse(text) as unknown;
    };
    const repository = `${site.address}/tags/app`;
    assert.deepEqual(await list(), { Repository: repository, Tags: ['a', 'b'] });
    await skopeo('delete', ...site.flags[''], placeOf(at('tags/app:a')));
    assert.deepEqual(await list(), { Repository: repository, Tags: ['b'] });
    const gone = await refused('inspect', ...site.flags[''], placeOf(at('tags/app:a')));
    assert.match(gone, /manifest unknown/);
    await refused('list-tags', ...site.flags[''], placeOf(at('never/app')));
    const unknown = await site.client.get('/v2/never/app/tags/list');
    assert.match(expectError(unknown, 404, 'NAME_UNKNOWN').message, /^repository name not known to registry/);
  });

  test(`${site.kind}: repositories are synchronised with a folder and back`, async () => {
    await copy({ from: at('team/app:both'), to: at('sync/multi:1') }, '--all');
    await copy({ from: at('team/app:1'), to: at('sync/app:1') });
    await copy({ from: at('system/app:arm64'), to: at('sync/app:2') });
    const out = join(work, 'sync');
    mkdirSync(out);
    const source = ['--src', 'docker', ...site.flags['src-'], '--preserve-digests'];
    await skopeo('sync', ...source, '--dest', 'dir', `${site.address}/sync/app`, out);
    assert.equal(assertDirIsWhole(join(out, 'app:1')), amd64.digest);
    assert.equal(assertDirIsWhole(join(out, 'app:2')), arm64.digest);
    await skopeo(
      'sync',
      ...source,
      '--all',
      '--scoped',
      '--dest',
      'dir',
      `${site.address}/sync/multi:1`,
      out,
    );
    assert.equal(assertDirIsWhole(join(out, site.address, 'sync/multi:1')), both.index.digest);
    const target = ['--dest', 'docker', ...site.flags['dest-'], '--preserve-digests'];
    await skopeo('sync', '--src', 'dir', ...target, '--all', out, `${site.address}/back`);
    assert.equal(await digestAt(site, 'back/app', '2'), arm64.digest);
    assert.equal(await digestAt(site, 'back/multi', '1'), both.index.digest);
    const scoped = ['--scoped', '--all', join(out, site.address), `${site.address}/scoped`];
    await skopeo('sync', '--src', 'dir', ...target, ...scoped);
    assert.equal(await digestAt(site, 'scoped/sync/multi', '1'), both.index.digest);
  });

  test(`${site.kind}: what a file in YAML names is synchronised`, async () => {
    const { username, password } = testuser;
    const credentials = [`  credentials:`, `    username: ${username}`, `    password: ${password}`];
    const lines = [
      `${site.address}:`,
      '  tls-verify: false',
      ...(site.kind === 'open' ? [] : credentials),
      '  images:',
      '    sync/app: ["2"]',
      `    team/app: ["${amd64.digest}"]`,
      '  images-by-tag-regex:',
      '    sync/multi: ^[0-9]+$',
    ];
    const file = join(work, 'sync.yml');
    writeFileSync(file, `${lines.join('\n')}\n`);
    const out = join(work, 'by-yaml');
    mkdirSync(out);
    await skopeo('sync', '--all', '--scoped', '--src', 'yaml', '--dest', 'dir', file, out);
    const below = join(out, site.address);
    assert.equal(assertDirIsWhole(join(below, 'sync/app:2')), arm64.digest);
    assert.ok(!existsSync(join(below, 'sync/app:1')));
    assert.equal(assertDirIsWhole(join(below, `team/app@${amd64.digest}`)), amd64.digest);
    assert.equal(assertDirIsWhole(join(below, 'sync/multi:1')), both.index.digest);
  });
}

/** The layers of an image in a `dir:`, by name. */
function layerFiles(dir: string): string[] {
  const { layers } = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')) as {
    layers: { digest: string }[];
  };
  return layers.map(({ digest }) => {
    assert.equal(digestOf(readFileSync(join(dir, digest.replace('sha256:', '')))), digest);
    return digest;
  });
}

for (const [source, target] of [
  [open, closed],
  [closed, open],
] as const)
  test(`a repository is synchronised from the ${source.kind} registry to the ${target.kind} one`, async () => {
    const prefix = `${target.address}/from-${source.kind}`;
    const flags = [...source.flags['src-'], ...target.flags['dest-'], '--all', '--preserve-digests'];
    const ends = ['--src', 'docker', '--dest', 'docker'];
    await skopeo('sync', ...ends, ...flags, `${source.address}/team/app`, prefix);
    assert.equal(await digestAt(target, `from-${source.kind}/app`, '1'), amd64.digest);
    assert.equal(await digestAt(target, `from-${source.kind}/app`, 'both'), both.index.digest);
  });

test('whoever does not sign in, or wrongly, gets nothing out of the closed registry and nothing into it', async () => {
  const name = `docker://${closed.address}/team/app:1`;
  for (const [words, says] of [
    [['--no-creds'], /authentication required/],
    [['--creds', 'testuser:wrong'], /unauthorized|invalid username\/password|authentication required/],
  ] as const)
    assert.match(await refused('inspect', '--tls-verify=false', ...words, name), says);
  const push = ['copy', '--dest-tls-verify=false', '--dest-no-creds', `oci:${amd64.layout}:image`];
  assert.match(await refused(...push, `docker://${closed.address}/team/other:1`), /authentication required/);
  expectStatus(await closed.client.get('/v2/team/other/manifests/1'), 404);
  const spelled = ['--src-username', testuser.username, '--src-password', testuser.password];
  await skopeo('copy', '--src-tls-verify=false', ...spelled, name, `dir:${join(folder, 'spelled')}`);
  assert.equal(assertDirIsWhole(join(folder, 'spelled')), amd64.digest);
});

test('who has signed in is known until signing out', async () => {
  const authfile = ['--authfile', join(folder, 'auth.json')];
  const { address } = closed;
  const login = (password: string): Promise<Ended> =>
    run('login', '--tls-verify=false', ...authfile, '-u', testuser.username, '-p', password, address);
  assert.match((await login('wrong')).text, /invalid username\/password/);
  const right = await login(testuser.password);
  assert.match(right.text, /Login Succeeded/);
  assert.equal((await skopeo('login', '--get-login', ...authfile, address)).trim(), testuser.username);
  const name = `docker://${address}/signed/in:1`;
  await skopeo('copy', '--dest-tls-verify=false', ...authfile, `oci:${amd64.layout}:image`, name);
  await skopeo('inspect', '--tls-verify=false', ...authfile, name);
  assert.match(await skopeo('logout', ...authfile, address), /Removed login credentials/);
  assert.match(await refused('inspect', '--tls-verify=false', ...authfile, name), /authentication required/);
});

test('in the open registry signing in is not asked for', async () => {
  await skopeo('inspect', '--tls-verify=false', '--no-creds', `docker://${open.address}/team/app:1`);
  const flags = ['--tls-verify=false', '--no-creds'];
  const text = await skopeo('list-tags', ...flags, `docker://${open.address}/team/app`);
  assert.deepEqual((JSON.parse(text) as { Tags: string[] }).Tags, ['1', 'alone', 'both']);
});
