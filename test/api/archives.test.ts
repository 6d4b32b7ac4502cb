// `berth import oci`, `berth import docker-archive`, `berth export`: archives that are right, and hostile ones.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  blobEntry,
  type Entry,
  entriesOf,
  layoutEntries,
  named,
  sumUp,
  tarOfEntries,
} from '../harness/archive-files.ts';
import { type BerthOptions, berth, type Outcome, spawnBerth } from '../harness/berth-command.ts';
import { childOf, descriptorOf, digestOf, type Image, imageOf, indexOf, types } from '../harness/image.ts';
import { tarOf } from '../harness/image-files.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const client = server.client();
const folder = temporaryFolder();
let count = 0;

function run(args: readonly string[], options: BerthOptions = {}): Promise<Outcome> {
  return berth([...args, ...(args.includes('--server') ? [] : ['--data', server.data])], options);
}

function fileOf(bytes: Buffer, name = 'archive.tar'): string {
  count += 1;
  const path = join(folder, String(count), name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

async function imports(args: readonly string[], options: BerthOptions = {}): Promise<Report> {
  const outcome = await run(['import', ...args, '--json'], options);
  assert.equal(outcome.code, 0, outcome.stderr + outcome.stdout);
  return JSON.parse(outcome.stdout) as Report;
}

interface Report {
  readonly images: readonly { repository: string; tag?: string; digest: string; manifests: number }[];
  readonly uploaded: { readonly blobs: number; readonly bytes: number };
  readonly left: readonly { readonly name: string; readonly reason: string; readonly message: string }[];
}

const layoutOf = (image: Image, name?: string): Entry[] => [
  ...entriesOf(image, digestOf),
  ...layoutEntries([named(image.manifest, name)]),
];

test('an OCI layout in a folder, a tar and a tar by gzip is the same image', async () => {
  const image = imageOf({ seed: 'three forms', layers: [100, 0, 70_000] });
  const entries = layoutOf(image, 'registry.example:5000/library/forms:v1');
  const layout = join(folder, 'layout');
  for (const { name, body = Buffer.alloc(0) } of entries) {
    mkdirSync(dirname(join(layout, name)), { recursive: true });
    writeFileSync(join(layout, name), body);
  }
  const tar = tarOfEntries(entries.map((entry) => ({ ...entry, name: `./${entry.name}` })));
  const first = await imports(['oci', layout]);
  assert.deepEqual(first.images, [
    {
      name: 'registry.example:5000/library/forms:v1',
      repository: 'library/forms',
      tag: 'v1',
      digest: image.manifest.digest,
      manifests: 1,
    },
  ]);
  assert.equal(first.uploaded.blobs, 4);
  await client.pullImage('library/forms', 'v1', image);
  for (const [tag, bytes] of [
    ['tar', tar],
    ['gzip', gzipSync(tar)],
  ] as const) {
    const again = await imports(['oci', fileOf(bytes), '--to', `library/forms:${tag}`]);
    assert.deepEqual(again.uploaded, { blobs: 0, bytes: 0 }, 'what is there is not sent again');
    await client.pullImage('library/forms', tag, image);
  }
  const elsewhere = await imports(['oci', fileOf(gzipSync(tar)), '--to', 'library/below/']);
  assert.deepEqual(elsewhere.uploaded, { blobs: 0, bytes: 0 }, 'what another repository has is mounted');
  await client.pullImage('library/below/library/forms', 'v1', image);
});

test('an archive by gzip whose blobs nobody has is sent in its own order', async () => {
  const images = ['a', 'b', 'c'].map((seed) => imageOf({ seed: `gzip ${seed}`, layers: [50_000, 300_000] }));
  const lines = images.map(({ manifest }, at) => named(manifest, `library/zipped:${at}`));
  const entries = [...images.flatMap((image) => entriesOf(image, digestOf)), ...layoutEntries(lines)];
  const report = await imports(['oci', fileOf(gzipSync(tarOfEntries(entries)))]);
  assert.equal(report.uploaded.blobs, 9);
  for (const [at, image] of images.entries()) await client.pullImage('library/zipped', String(at), image);
});

test('an index in an index comes with all its platforms, and what refers to an image comes with it', async () => {
  const [amd, arm] = ['amd64', 'arm64'].map((seed) => imageOf({ seed: `platform ${seed}` })) as [
    Image,
    Image,
  ];
  const inner = indexOf([childOf(arm.manifest, { platform: { os: 'linux', architecture: 'arm64' } })]);
  const outer = indexOf([
    childOf(amd.manifest, { platform: { os: 'linux', architecture: 'amd64' } }),
    childOf(inner),
  ]);
  const signature = imageOf({
    seed: 'signature',
    more: { subject: childOf(outer), artifactType: 'test/signature' },
  });
  const about = imageOf({
    seed: 'about it',
    more: { subject: childOf(signature.manifest), artifactType: 'test/about' },
  });
  const entries = [
    ...[amd, arm, signature, about].flatMap((image) => entriesOf(image, digestOf)),
    ...[inner, outer].map(({ digest, bytes }) => blobEntry(digest, bytes)),
    ...layoutEntries([named(about.manifest), named(outer, 'library/index:v1'), named(signature.manifest)]),
  ];
  const report = await imports(['oci', fileOf(tarOfEntries(entries))]);
  assert.deepEqual(
    report.images.map(({ manifests }) => manifests),
    [6],
  );
  for (const image of [amd, arm]) await client.pullImage('library/index', image.manifest.digest, image);
  const listed = async (digest: string): Promise<string[]> => {
    const answer = await client.get(`/v2/library/index/referrers/${digest}`);
    return (JSON.parse(answer.body.toString()) as { manifests: { digest: string }[] }).manifests.map(
      (each) => each.digest,
    );
  };
  assert.deepEqual(await listed(outer.digest), [signature.manifest.digest]);
  assert.deepEqual(await listed(signature.manifest.digest), [about.manifest.digest]);

  const whole = join(folder, 'whole.tar');
  const exported = await run(['export', 'library/index:v1', '--referrers', '-o', whole]);
  assert.equal(exported.code, 0, exported.stderr);
  const back = await imports(['oci', whole, '--to', 'library/back']);
  assert.deepEqual(
    back.images.map(({ digest, manifests }) => [digest, manifests]),
    [[outer.digest, 6]],
  );
  const one = join(folder, 'one.tar');
  const ofOne = await run(['export', 'library/index:v1', '--platform', 'linux/amd64', '-o', one, '--json']);
  assert.equal(
    (JSON.parse(ofOne.stdout) as { images: { digest: string }[] }).images[0]?.digest,
    amd.manifest.digest,
  );
  const none = await run([
    'export',
    'library/index:v1',
    '--platform',
    'linux/s390x',
    '-o',
    join(folder, 'none.tar'),
  ]);
  assert.equal(none.code, 6);
  assert.match(none.stderr, /not for linux\/s390x; its platforms: linux\/amd64/);
});

/** As Docker 1.10 wrote it, with a layer that two images share. */
function dockerEntries(): { entries: Entry[]; config: Buffer; layers: Buffer[] } {
  const layers = ['base', 'top'].map((seed) => tarOf([[seed, Buffer.from(seed.repeat(9000))]]));
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: layers.map(digestOf) },
    }),
  );
  const name = `${digestOf(config).slice(7)}.json`;
  const lines = [
    { Config: name, RepoTags: ['nginx:1', 'library/shop:v2'], Layers: ['aa/layer.tar', 'bb/layer.tar'] },
    { Config: name, RepoTags: null, Layers: ['aa/layer.tar', 'cc/layer.tar'] },
  ];
  const entries: Entry[] = [
    { name: 'aa/', type: '5' },
    { name: 'aa/VERSION', body: Buffer.from('1.0') },
    { name: 'aa/layer.tar', body: layers[0] ?? Buffer.alloc(0) },
    { name: 'bb/layer.tar', body: layers[1] ?? Buffer.alloc(0) },
    { name: 'cc/layer.tar', type: '2', link: '../bb/layer.tar' },
    { name, body: config },
    { name: 'manifest.json', body: Buffer.from(JSON.stringify(lines)) },
    { name: 'repositories', body: Buffer.from('{}') },
  ];
  return { entries, config, layers };
}

test('what docker save wrote with folders and links becomes an image of the same layers', async () => {
  const { entries, config, layers } = dockerEntries();
  for (const bytes of [tarOfEntries(entries), gzipSync(tarOfEntries(entries))]) {
    const outcome = await run(['import', 'docker-archive', fileOf(bytes)]);
    assert.equal(outcome.code, 3, outcome.stderr);
    assert.match(outcome.stdout, /left out {2}[0-9a-f]{64}\.json {2}the archive gives it no name/);
    for (const [repository, tag] of [
      ['nginx', '1'],
      ['library/shop', 'v2'],
    ] as const) {
      const answer = await client.get(`/v2/${repository}/manifests/${tag}`, { Accept: types.dockerManifest });
      expectStatus(answer, 200);
      const manifest = JSON.parse(answer.body.toString()) as {
        layers: { digest: string; mediaType: string }[];
      };
      assert.deepEqual(
        manifest.layers.map(({ digest }) => digest),
        layers.map(digestOf),
      );
      assert.equal(manifest.layers[0]?.mediaType, 'application/vnd.docker.image.rootfs.diff.tar');
      for (const blob of [config, ...layers]) await client.pullBlob(repository, blob);
    }
  }
  const linked = await imports(['docker-archive', fileOf(tarOfEntries(entries)), '--to', 'library/linked']);
  assert.deepEqual(linked.left, []);
});

test('compressed layers without a digest in their name are hashed, and known by what they are', async () => {
  const { entries, layers } = dockerEntries();
  const zipped = layers.map((layer) => gzipSync(layer));
  const changed = entries.map((entry) =>
    entry.name === 'aa/layer.tar' ? { ...entry, body: zipped[0] ?? Buffer.alloc(0) } : entry,
  );
  const archive = fileOf(gzipSync(tarOfEntries(changed)));
  const outcome = await run(['import', 'docker-archive', archive, '--to', 'library/zipped-layer:v1']);
  assert.match(outcome.stdout, /imported {2}library\/zipped-layer:v1/);
  const answer = await client.get('/v2/library/zipped-layer/manifests/v1', { Accept: types.dockerManifest });
  const manifest = JSON.parse(answer.body.toString()) as { layers: { digest: string; mediaType: string }[] };
  assert.deepEqual(
    manifest.layers.map(({ digest }) => digest),
    [digestOf(zipped[0] ?? Buffer.alloc(0)), digestOf(layers[1] ?? Buffer.alloc(0))],
  );
  assert.equal(manifest.layers[0]?.mediaType, types.dockerLayer);
});

test('since Docker 25 the archive is a layout; an index without its other platforms is taken by its one image', async () => {
  const layer = tarOf([['only', Buffer.from('here')]]);
  const config = Buffer.from(
    JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { diff_ids: [digestOf(layer)] } }),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: types.ociManifest,
      config: descriptorOf(types.ociConfig, config),
      layers: [descriptorOf(types.tarLayer, layer)],
    }),
  );
  const whole = { mediaType: types.ociManifest, bytes: manifest, digest: digestOf(manifest) };
  const absent = imageOf({ seed: 'another platform' }).manifest;
  const sparse = indexOf([childOf(whole), childOf(absent)]);
  const line = (name: string) => ({
    Config: `blobs/sha256/${digestOf(config).slice(7)}`,
    RepoTags: [name],
    Layers: [`blobs/sha256/${digestOf(layer).slice(7)}`],
  });
  const entries = [
    ...[config, layer, manifest, sparse.bytes].map((bytes) => blobEntry(digestOf(bytes), bytes)),
    ...layoutEntries([
      {
        ...named(whole),
        annotations: {
          'io.containerd.image.name': 'docker.io/library/whole:v1',
          'org.opencontainers.image.ref.name': 'v1',
        },
      },
      {
        ...named(sparse),
        annotations: {
          'io.containerd.image.name': 'docker.io/library/sparse:v1',
          'org.opencontainers.image.ref.name': 'v1',
        },
      },
    ]),
    { name: 'manifest.json', body: Buffer.from(JSON.stringify([line('whole:v1'), line('sparse:v1')])) },
  ];
  const archive = fileOf(tarOfEntries(entries));
  const report = await imports(['docker-archive', archive]);
  assert.deepEqual(
    report.images.map(({ repository, digest }) => [repository, digest === whole.digest]),
    [
      ['whole', true],
      ['sparse', false],
    ],
  );
  const strict = await run(['import', 'oci', archive]);
  assert.equal(strict.code, 3);
  assert.match(
    strict.stdout,
    new RegExp(`left out {2}docker.io/library/sparse:v1 {2}${absent.digest} is missing`),
  );
});

test('of a damaged image nothing is to be seen, and the others of the archive are there', async () => {
  const [good, changed, short, lacking] = ['good', 'changed', 'short', 'lacking'].map((seed) =>
    imageOf({ seed: `damage ${seed}`, layers: [5000, 6000] }),
  ) as [Image, Image, Image, Image];
  const spoil = (image: Image, how: (entry: Entry) => Entry[]): Entry[] => {
    const [config, layer, ...rest] = entriesOf(image, digestOf);
    return [...(layer === undefined ? [] : how(layer)), ...rest, ...(config === undefined ? [] : [config])];
  };
  const entries = [
    ...spoil(changed, (layer) => [{ ...layer, body: Buffer.alloc(layer.body?.length ?? 0) }]),
    ...spoil(short, (layer) => [{ ...layer, body: layer.body?.subarray(1) ?? Buffer.alloc(0) }]),
    ...spoil(lacking, () => []),
    ...entriesOf(good, digestOf),
    ...layoutEntries([
      ...[changed, short, lacking, good].map(({ manifest }, at) =>
        named(manifest, `library/damage-${at}:v1`),
      ),
      { ...named(good.manifest, 'library/damage-4:v1'), digest: `sha256:${'0'.repeat(64)}` },
      named(good.manifest, 'Not/A/Name:v1'),
    ]),
  ];
  for (const bytes of [tarOfEntries(entries), gzipSync(tarOfEntries(entries))]) {
    const outcome = await run(['import', 'oci', fileOf(bytes), '--json']);
    assert.equal(outcome.code, 3, outcome.stderr);
    const { images, left } = JSON.parse(outcome.stdout) as Report;
    assert.deepEqual(
      images.map(({ repository }) => repository),
      ['library/damage-3'],
    );
    assert.deepEqual(left.map(({ name, reason }) => `${name} ${reason}`).toSorted(), [
      'Not/A/Name:v1 nameInvalid',
      'library/damage-0:v1 digestWrong',
      'library/damage-1:v1 sizeWrong',
      'library/damage-2:v1 blobMissing',
      'library/damage-4:v1 blobMissing',
    ]);
    await client.pullImage('library/damage-3', 'v1', good);
  }
  const catalog = JSON.parse((await client.get('/v2/_catalog')).body.toString()) as {
    repositories: string[];
  };
  assert.deepEqual(
    catalog.repositories.filter((name) => name.includes('damage')),
    ['library/damage-3'],
  );
});

const right = imageOf({ seed: 'hostile' });
const rightEntries = layoutOf(right, 'library/hostile:v1');
const base256 = (sign: number): Buffer => {
  const head = tarOfEntries([{ name: 'x' }], { end: false });
  head.fill(sign === 0x80 ? 0xff : 0, 125, 136);
  head[124] = sign;
  sumUp(head);
  return head;
};
const flipped = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0x55;
  return copy;
};
const pax = (text: string): Entry => ({ name: 'pax', type: 'x', body: Buffer.from(text) });
const good = tarOfEntries(rightEntries);

/** Whole archives that are refused, with what is said. */
const refusals: Readonly<Record<string, readonly [bytes: Buffer, says: RegExp]>> = {
  'a name with ..': [
    tarOfEntries([{ name: 'blobs/../../etc/passwd' }, ...rightEntries]),
    /\.\.\/etc\/passwd leads out of it/,
  ],
  'an absolute name': [
    tarOfEntries([{ name: '/etc/passwd' }, ...rightEntries]),
    /\/etc\/passwd leads out of it/,
  ],
  'a name with .. by pax': [
    tarOfEntries([pax('13 path=../x\n'), ...rightEntries]),
    /\.\.\/x leads out of it/,
  ],
  'a link out of it': [
    tarOfEntries([{ name: 'a/b', type: '2', link: '../../etc/passwd' }, ...rightEntries]),
    /leads out of it/,
  ],
  'an absolute link': [
    tarOfEntries([{ name: 'index.json', type: '2', link: '/etc/passwd' }]),
    /leads out of it/,
  ],
  'a hard link out of it': [
    tarOfEntries([{ name: 'x', type: '1', link: '../x' }, ...rightEntries]),
    /leads out of it/,
  ],
  'a character device': [
    tarOfEntries([{ name: 'zero', type: '3' }, ...rightEntries]),
    /zero is no file, folder or link \(type 3\)/,
  ],
  'a block device': [tarOfEntries([{ name: 'sda', type: '4' }, ...rightEntries]), /type 4/],
  'a FIFO': [tarOfEntries([{ name: 'pipe', type: '6' }, ...rightEntries]), /type 6/],
  'a sparse file of GNU': [tarOfEntries([{ name: 'hole', type: 'S' }, ...rightEntries]), /type S/],
  'a sparse file of pax': [tarOfEntries([pax('22 GNU.sparse.major=1\n'), ...rightEntries]), /type S/],
  'a size beyond the end': [
    tarOfEntries([...rightEntries, { name: 'x', size: 2 ** 33 - 1 }], { end: false }),
    /ends in the middle of x/,
  ],
  'a size by pax beyond the end': [
    tarOfEntries([pax('21 size=900000000000\n'), ...rightEntries]),
    /ends in the middle of/,
  ],
  'a size that is no number by pax': [
    tarOfEntries([pax('11 size=-1\n'), ...rightEntries]),
    /damaged at byte|no tar archive/,
  ],
  'a negative size': [Buffer.concat([good.subarray(0, -1024), base256(0xff)]), /damaged at byte/],
  'a size of 2^88': [Buffer.concat([good.subarray(0, -1024), base256(0x80)]), /damaged at byte/],
  'a pax record that lies about its length': [
    tarOfEntries([...rightEntries, pax('99999 path=x\n')]),
    /damaged at byte/,
  ],
  'a long name without end': [
    tarOfEntries([...rightEntries, { name: 'L', type: 'L', body: Buffer.alloc(100_000, 97) }]),
    /damaged at byte/,
  ],
  'a changed head': [flipped(good, 1024 + 5), /damaged at byte|ends in the middle/],
  'half of it': [good.subarray(0, 512 + 20), /ends in the middle of/],
  'half of it by gzip': [gzipSync(good).subarray(0, 900), /cannot be decompressed/],
  'no gzip behind the magic': [Buffer.from('1f8b08ffffffffffffffff', 'hex'), /cannot be decompressed/],
  'no tar': [Buffer.from('hello'.repeat(500)), /no tar archive/],
  nothing: [Buffer.alloc(0), /no index\.json/],
  zeros: [Buffer.alloc(10_240), /no index\.json/],
  'no index': [tarOfEntries(entriesOf(right, digestOf)), /no index\.json.*docker-archive/],
  'an index that is no JSON': [
    tarOfEntries([{ name: 'index.json', body: Buffer.from('{') }]),
    /index\.json in the archive is invalid/,
  ],
  'an index of nothing': [
    tarOfEntries([{ name: 'index.json', body: Buffer.from('{"schemaVersion":2,"manifests":[]}') }]),
    /holds no image/,
  ],
  'a huge index': [
    tarOfEntries([{ name: 'index.json', body: Buffer.alloc(5 * 2 ** 20, 32) }]),
    /larger than 4 MiB/,
  ],
  'an index that is a link to itself': [
    tarOfEntries([{ name: 'index.json', type: '2', link: 'index.json' }]),
    /no index\.json/,
  ],
};

test('a hostile archive is refused by one sentence, and nothing of it is brought in', async (t) => {
  for (const [name, [bytes, says]] of Object.entries(refusals)) {
    await t.test(name, async () => {
      const outcome = await run(['import', 'oci', fileOf(bytes)]);
      assert.ok(outcome.code !== null && outcome.code > 0 && outcome.code < 10, outcome.stderr);
      assert.match(outcome.stderr, says);
      assert.match(outcome.stderr, /^berth: [^\n]+\n$/);
      assert.equal(outcome.stdout, '');
    });
  }
  const answer = await client.get('/v2/library/hostile/manifests/v1');
  expectStatus(answer, 404);
});

test('what stands in a folder in the place of a file is not read', async () => {
  const layout = join(folder, 'hostile-folder');
  mkdirSync(join(layout, 'index.json'), { recursive: true });
  const outcome = await run(['import', 'oci', layout]);
  assert.match(outcome.stderr, /no index\.json/);
  const none = await run(['import', 'oci', join(folder, 'nowhere')]);
  assert.equal(none.code, 6);
  assert.match(none.stderr, /there is no .*nowhere/);
});

test('names in an archive do not steer the terminal', async () => {
  const entries = [...entriesOf(right, digestOf), ...layoutEntries([named(right.manifest, '\u001b[2Jx:y')])];
  const outcome = await run(['import', 'oci', fileOf(tarOfEntries(entries))]);
  assert.equal(outcome.code, 1);
  assert.ok(!(outcome.stdout + outcome.stderr).includes('\u001b'));
});

test('an import that is killed leaves whole images only, and goes on from there', async () => {
  const first = imageOf({ seed: 'killed, first' });
  const second = imageOf({ seed: 'killed, second', layers: [40_000_000, 40_000_000, 40_000_000] });
  const entries = [
    ...[first, second].flatMap((image) => entriesOf(image, digestOf)),
    ...layoutEntries([named(first.manifest, 'library/killed:1'), named(second.manifest, 'library/killed:2')]),
  ];
  const archive = fileOf(tarOfEntries(entries));
  const child = spawnBerth(['import', 'oci', archive, '--data', server.data]);
  const ended = once(child, 'close');
  await waitUntil(
    'the first image',
    async () => {
      const { status } = await client.head('/v2/library/killed/manifests/1');
      return status === 200;
    },
    60_000,
  );
  child.kill('SIGKILL');
  await ended;
  await client.pullImage('library/killed', '1', first);
  const { uploaded } = await imports(['oci', archive]);
  assert.ok(uploaded.blobs <= 4, `${uploaded.blobs} blobs were sent again`);
  await client.pullImage('library/killed', '2', second);
});

test('two images that would get one tag: the first gets it, the other is left out', async () => {
  const images = ['one', 'two'].map((seed) => imageOf({ seed: `twin ${seed}` }));
  const entries = [
    ...images.flatMap((image) => entriesOf(image, digestOf)),
    ...layoutEntries(images.map(({ manifest }, at) => named(manifest, `library/twin-${at}:v1`))),
  ];
  const outcome = await run(['import', 'oci', fileOf(tarOfEntries(entries)), '--to', 'library/twins']);
  assert.equal(outcome.code, 3);
  assert.match(
    outcome.stdout,
    /left out {2}library\/twin-1:v1 {2}another image of the archive gets library\/twins:v1/,
  );
  await client.pullImage('library/twins', 'v1', images[0] as Image);
});

test('a dry run tells the same and writes nothing; it needs no server', async () => {
  const image = imageOf({ seed: 'dry' });
  const archive = fileOf(tarOfEntries(layoutOf(image, 'library/dry:v1')));
  const outcome = await berth(['import', 'oci', archive, '--dry-run', '--data', join(folder, 'no-data')]);
  assert.equal(outcome.code, 0, outcome.stderr);
  assert.match(outcome.stdout, new RegExp(`would import {2}library/dry:v1 {2}${image.manifest.digest}`));
  expectStatus(await client.get('/v2/library/dry/manifests/v1'), 404);
});

test('over the API with a password; the wrong one ends with 4, a missing right is said, no server with 9', async () => {
  const image = imageOf({ seed: 'remote' });
  const archive = fileOf(tarOfEntries(layoutOf(image, 'library/remote:v1')));
  const at = ['--server', `http://127.0.0.1:${server.port}`, '--user', 'admin', '--password-stdin'];
  await imports(['oci', archive, ...at], { input: `${password}\n` });
  await client.pullImage('library/remote', 'v1', image);
  const wrong = await run(['import', 'oci', archive, ...at], { input: 'wrong' });
  assert.equal(wrong.code, 4);
  assert.match(wrong.stderr, /wants a sign-in, or refuses this one/);
  const file = join(folder, 'remote.tar');
  const exported = await run(['export', 'library/remote:v1', '-o', file, ...at], { input: password });
  assert.equal(exported.code, 0, exported.stderr);
  assert.match(exported.stdout, new RegExp(`exported {2}127.0.0.1:${server.port}/library/remote:v1`));
  const nobody = await run(['import', 'oci', archive, '--server', `http://127.0.0.1:${server.port}`]);
  assert.equal(nobody.code, 4);
  const missing = await run(['import', 'oci', archive, '--to', 'nothere/app:v1']);
  assert.equal(missing.code, 1);
  assert.match(missing.stdout, /left out .*nothere\/app/);
  const none = await berth(['import', 'oci', archive, '--data', join(folder, 'no-data')]);
  assert.equal(none.code, 9);
  assert.match(none.stderr, /no server runs on the data folder/);
  const away = await run(['import', 'oci', archive, '--server', 'http://127.0.0.1:1']);
  assert.equal(away.code, 9);
});

test('an export is there whole or not at all, and replaces a file only when told to', async () => {
  const image = imageOf({ seed: 'export', layers: [3_000_000, 2000] });
  await client.pushImage('library/export', 'v1', image);
  const target = join(folder, 'exports', 'out.tar');
  mkdirSync(dirname(target));
  const args = ['export', 'library/export:v1', '-o', target];
  assert.equal((await run(args)).code, 0);
  const first = readFileSync(target);
  const again = await run(args);
  assert.equal(again.code, 7);
  assert.match(again.stderr, /out\.tar exists; --force replaces it/);
  assert.equal((await run([...args, '--force'])).code, 0);
  assert.ok(readFileSync(target).equals(first), 'the same images give the same archive');
  const piped = await run(['export', 'library/export:v1', '-o', '-'], {});
  assert.equal(piped.code, 0);
  const gone = await run([
    'export',
    'library/export:v1',
    'library/none:v1',
    '-o',
    join(dirname(target), 'none.tar'),
  ]);
  assert.equal(gone.code, 6);
  const [layer = Buffer.alloc(0)] = image.layers;
  writeFileSync(blobFile(layer), Buffer.alloc(layer.length));
  const damaged = await run(['export', 'library/export:v1', '-o', join(dirname(target), 'damaged.tar')]);
  assert.notEqual(damaged.code, 0);
  assert.deepEqual(readdirSync(dirname(target)), ['out.tar']);
});

function blobFile(bytes: Buffer): string {
  const hex = digestOf(bytes).slice(7);
  const path = join(server.storage, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
  assert.ok(existsSync(path), path);
  return path;
}
