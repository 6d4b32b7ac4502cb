// What an image holds: files of layers, whatever somebody pushed as one.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { type Entry, tarOfEntries } from '../harness/archive-files.ts';
import { berth } from '../harness/berth-command.ts';
import {
  childOf,
  descriptorOf,
  indexOf,
  type Manifest,
  manifestOf,
  seededBytes,
  types,
} from '../harness/image.ts';
import { type Answer, expectStatus } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
await addUsers(server, ['bob', 'carol', 'dave']);
const bob = server.client({ username: 'bob', password });
await makeProject(admin, 'p');
await grantRole(server, { username: 'bob', role: 'guest', place: 'p' });

type View = Readonly<Record<string, unknown>>;

const evil = '<img src=x onerror=alert(1)>.svg';
const base: readonly Entry[] = [
  { name: 'etc/passwd', body: Buffer.from('root:x:0:0:root:/root:/bin/sh\n') },
  { name: 'etc/shadow', body: Buffer.from('secret') },
  { name: 'bin/sh', type: '2', link: 'busybox' },
  { name: 'bin/busybox', body: Buffer.concat([Buffer.from('ELF\0'), seededBytes('busybox', 5000)]) },
  { name: 'var/cache/a', body: Buffer.alloc(3000, 'a') },
  { name: '../outside', body: Buffer.from('x') },
];
const top: readonly Entry[] = [
  { name: 'etc/.wh.shadow' },
  { name: 'etc/passwd', body: Buffer.from('root:x:0:0:changed\n') },
  { name: 'var/cache/.wh..wh..opq' },
  { name: `srv/${evil}`, body: Buffer.from('<svg onload="alert(1)"/>') },
  { name: 'srv/large', body: Buffer.alloc(1024 * 1024 + 1, 'x') },
];

async function push(
  reference: string,
  layers: readonly { readonly bytes: Buffer; readonly type?: string; readonly absent?: true }[],
  repository = 'p/app',
): Promise<Manifest> {
  const config = Buffer.from(
    JSON.stringify({ history: layers.map((_, at) => ({ created_by: `RUN step ${at + 1}` })) }),
  );
  await admin.pushBlob(repository, config);
  for (const { bytes, absent } of layers) if (absent === undefined) await admin.pushBlob(repository, bytes);
  const manifest = manifestOf(
    {
      schemaVersion: 2,
      mediaType: types.ociManifest,
      config: descriptorOf(types.ociConfig, config),
      layers: layers.map(({ bytes, type = types.ociLayer }) => descriptorOf(type, bytes)),
    },
    types.ociManifest,
  );
  await admin.pushManifest(repository, reference, manifest);
  return manifest;
}

const pathOf = (reference: string): string =>
  `/api/berth/v1/projects/p/repositories/app/artifacts/${reference}`;
const files = async (reference: string, query = ''): Promise<readonly View[]> =>
  jsonOf<readonly View[]>(await bob.get(`${pathOf(reference)}/files?page_size=100&${query}`));
const content = (reference: string, path: string, query = '') =>
  bob.get(`${pathOf(reference)}/files/content?path=${encodeURIComponent(path)}${query}`);
const short = (views: readonly View[]): unknown[] =>
  views.map(({ path, size, layer, change }) => [
    path,
    size,
    layer,
    ...(change === undefined ? [] : [change]),
  ]);

const codes: Readonly<Record<number, string>> = {
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  412: 'PRECONDITION',
  413: 'REQUEST_ENTITY_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

function refused(answer: Answer, status: number, sentence: RegExp): void {
  assert.match(expectRefusal(answer, status, codes[status] ?? ''), sentence);
}

/** Once no layer is being read. */
async function layersOf(reference: string): Promise<View & { readonly layers: readonly View[] }> {
  return waitUntil('all layers are read', async () => {
    const view = jsonOf<View & { layers: View[] }>(await bob.get(`${pathOf(reference)}/layers`));
    return view['reading'] === false && view;
  });
}

/** As many empty files, in a hundred folders: one header, again and again. */
function manyFiles(count: number): Buffer {
  const head = tarOfEntries([{ name: 'folder/00/file-000000' }], { end: false });
  const sum = head.subarray(0, 148).reduce((all, byte) => all + byte, 0);
  const rest = head.subarray(156).reduce((all, byte) => all + byte, 0) + 8 * 32;
  const archive = Buffer.alloc(count * 512 + 1024);
  for (let at = 0; at < count; at += 1) {
    head.copy(archive, at * 512);
    const digits = String(at).padStart(6, '0');
    const name = `folder/${digits.slice(-2)}/file-${digits}`;
    archive.write(name, at * 512, 'latin1');
    const more = `${digits}${digits.slice(-2)}`.split('').reduce((all, digit) => all + Number(digit), 0);
    archive.write(`${(sum + rest + more).toString(8).padStart(6, '0')}\0 `, at * 512 + 148, 'latin1');
  }
  return archive;
}

const image = await push('v1', [
  { bytes: gzipSync(tarOfEntries(base)) },
  { bytes: zstdCompressSync(tarOfEntries(top)) },
]);

test('the layers of an image are told with what each brings, by the line that made it', async () => {
  const { layers, ...view } = await layersOf('v1');
  assert.deepEqual(view, {
    digest: image.digest,
    size: layers.reduce((sum, { size }) => sum + Number(size), 0),
    reading: false,
    files: 5,
    unpacked_size: 19 + 24 + 1024 * 1024 + 1 + 5004,
    wasted_size: 30 + 6 + 3000,
  });
  const [lower, upper] = layers;
  assert.equal(lower?.['created_by'], 'RUN step 1');
  assert.deepEqual(
    [lower['state'], lower['files'], lower['wasted_size'], lower['outside']],
    ['read', 5, 3036, 1],
  );
  assert.deepEqual([upper?.['added'], upper?.['changed'], upper?.['removed']], [3, 1, 2]);
});

test('files are listed by folder, as the image shows them, or by what a layer did', async () => {
  assert.deepEqual(short(await files('v1')), [
    ['bin', 5004, 1],
    ['etc', 19, 1],
    ['srv', 24 + 1024 * 1024 + 1, 2],
    ['var', 0, 1],
  ]);
  assert.deepEqual(await files('v1', 'path=/bin/'), [
    { path: 'bin/busybox', kind: 'file', size: 5004, mode: '0644', layer: 1 },
    { path: 'bin/sh', kind: 'symlink', size: 0, mode: '0644', target: 'busybox', layer: 1 },
  ]);
  assert.deepEqual(short(await files('v1', 'layer=2&deep=true')), [
    ['etc/passwd', 19, 2, 'changed'],
    ['etc/shadow', 6, 2, 'removed'],
    [`srv/${evil}`, 24, 2, 'added'],
    ['srv/large', 1024 * 1024 + 1, 2, 'added'],
    ['var/cache/a', 3000, 2, 'removed'],
  ]);
  assert.deepEqual(short(await files('v1', 'name=PASS')), [['etc/passwd', 19, 2]]);
  const [largest] = await files('v1', 'deep=true&sort=-size');
  assert.equal(largest?.['path'], 'srv/large');
  const [wasted] = await files('v1', 'wasted=true&sort=-size');
  assert.deepEqual(wasted, {
    path: 'var/cache/a',
    kind: 'file',
    size: 3000,
    layer: 1,
    change: 'removed',
    gone_in: 2,
  });
  const page = await bob.get(`${pathOf('v1')}/files?deep=true&page=2&page_size=2`);
  assert.equal(page.headers['x-total-count'], '5');
  assert.match(String(page.headers['link']), /page=3&page_size=2>; rel="next"/);
});

test('the text of a file comes as something that no browser shows or runs', async () => {
  const { status, headers, body } = await content('v1', `srv/${evil}`);
  assert.equal(status, 200);
  assert.equal(body.toString(), '<svg onload="alert(1)"/>');
  assert.equal(headers['content-type'], 'text/plain; charset=utf-8');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['content-disposition'], 'attachment; filename="_img_src_x_onerror_alert_1__.svg.txt"');
  assert.equal((await content('v1', 'etc/passwd')).body.toString(), 'root:x:0:0:changed\n');
  assert.match((await content('v1', 'etc/passwd', '&layer=1')).body.toString(), /^root:x:0:0:root/);
});

test('any file is saved byte by byte, as something that no browser shows or runs', async () => {
  const saved = (path: string, more = '') =>
    bob.get(`${pathOf('v1')}/files/download?path=${encodeURIComponent(path)}${more}`);
  const binary = await saved('bin/busybox');
  assert.equal(binary.status, 200);
  assert.deepEqual(binary.body, base[3]?.body);
  assert.equal(binary.headers['content-type'], 'application/octet-stream');
  assert.equal(binary.headers['x-content-type-options'], 'nosniff');
  assert.equal(binary.headers['content-security-policy'], "default-src 'none'; sandbox");
  assert.equal(binary.headers['content-disposition'], 'attachment; filename="busybox"');
  const svg = await saved(`srv/${evil}`);
  assert.equal(svg.headers['content-type'], 'application/octet-stream');
  assert.equal(
    svg.headers['content-disposition'],
    'attachment; filename="_img_src_x_onerror_alert_1__.svg.bin"',
  );
  assert.equal((await saved('srv/large')).body.length, 1024 * 1024 + 1);
  assert.match((await saved('etc/passwd', '&layer=1')).body.toString(), /^root:x:0:0:root/);
  const huge = tarOfEntries([{ name: 'huge', body: Buffer.alloc(16 * 1024 * 1024 + 1) }]);
  await push('huge', [{ bytes: gzipSync(huge) }]);
  refused(
    await bob.get(`${pathOf('huge')}/files/download?path=huge`),
    413,
    /16777217 bytes; at most 16777216 are sent/,
  );
  refused(await saved('bin/sh'), 412, /is a link to busybox/);
  refused(await saved('etc/shadow'), 404, /shows no file etc\/shadow/);
  const carol = server.client({ username: 'carol', password });
  assert.equal((await carol.get(`${pathOf('v1')}/files/download?path=etc/passwd`)).status, 403);
});

test('a sparse file is neither shown nor saved: its layer has only parts of it', async () => {
  const record = 'GNU.sparse.realsize=100000\n';
  const pax = { name: 'pax', type: 'x', body: Buffer.from(`${record.length + 3} ${record}`) };
  await push('sparse', [{ bytes: tarOfEntries([pax, { name: 'holes', body: Buffer.from('part') }]) }]);
  for (const how of ['content', 'download'])
    refused(await bob.get(`${pathOf('sparse')}/files/${how}?path=holes`), 412, /holes is a sparse file/);
});

test('what has no text is refused with what it is', async () => {
  refused(await content('v1', 'srv/large'), 413, /1048577 bytes; at most 1048576/);
  refused(await content('v1', 'bin/busybox'), 415, /is no text/);
  refused(await content('v1', 'bin/sh'), 412, /is a link to busybox/);
  refused(await content('v1', 'etc'), 412, /is a folder/);
  refused(await content('v1', 'etc/shadow'), 404, /shows no file etc\/shadow/);
  refused(await content('v1', '../../etc/passwd'), 404, /shows no file/);
  refused(await content('v1', 'etc/passwd', '&layer=3'), 404, /there is no layer 3/);
  refused(await bob.get(`${pathOf('v1')}/files?path=nowhere`), 404, /no folder nowhere/);
  refused(await bob.get(`${pathOf('v1')}/files?layer=0`), 404, /there is no layer 0/);
});

test('whatever is pushed as a layer is told exactly, and the other layers are shown', async () => {
  const good = gzipSync(tarOfEntries([{ name: 'a', body: Buffer.from('a') }]));
  // Of several members, of which each is packed alone.
  const zeros = gzipSync(Buffer.alloc(10 * 1024 * 1024));
  const head = tarOfEntries([{ name: 'b', size: 300 * 1024 * 1024 }], { end: false });
  const bomb = Buffer.concat([gzipSync(head), ...Array.from({ length: 30 }, () => zeros)]);
  const layers = [
    { bytes: good },
    { bytes: Buffer.from('{"predicate":"x"}'), type: 'application/vnd.in-toto+json' },
    { bytes: good.subarray(0, good.length - 20) },
    {
      bytes: Buffer.concat([
        gzipSync(tarOfEntries([{ name: 'c' }], { end: false })),
        gzipSync(Buffer.alloc(600, 'x')),
      ]),
    },
    { bytes: seededBytes('encrypted', 500), type: `${types.ociLayer}+encrypted` },
    { bytes: bomb },
  ];
  await push('odd', layers);
  const view = await layersOf('odd');
  assert.deepEqual(
    view.layers.map(({ state, problem }) => problem ?? state),
    ['read', 'no-archive', 'cut-off', 'damaged', 'encrypted', 'too-dense'],
  );
  assert.equal(view.layers[1]?.['reason'], 'it is no tar archive, plain or packed with gzip or zstd');
  assert.deepEqual(short(await files('odd')), [['a', 1, 1]]);
  refused(await bob.get(`${pathOf('odd')}/files?layer=2`), 412, /nobody can look into layer sha256:.*no tar/);
  refused(await bob.get(`${pathOf('odd')}/files?layer=6`), 413, /more than 200 times its size/);
  await push('text', [{ bytes: Buffer.from('only text') }]);
  refused(await bob.get(`${pathOf('text')}/files`), 412, /no tar archive/);
});

test('a layer of a hundred thousand files is listed page by page, and nothing else waits for it', async () => {
  await push('many', [{ bytes: gzipSync(manyFiles(100_000), { level: 1 }) }]);
  let done = false;
  let pings = 0;
  const pinging = (async () => {
    for (; !done; pings += 1) {
      expectStatus(await bob.get('/api/v2.0/ping'), 200);
      await delay(20);
    }
  })();
  const answer = await bob.get(`${pathOf('many')}/files?deep=true&page_size=0`);
  done = true;
  await pinging;
  assert.equal(answer.headers['x-total-count'], '100000');
  assert.equal(jsonOf<readonly View[]>(answer).length, 1000);
  assert.ok(pings > 5, `only ${pings} pings were answered meanwhile`);
  const page = await files('many', 'path=folder&sort=-name');
  assert.deepEqual([page.length, page[0]?.['path'], page[0]?.['files']], [100, 'folder/99', 1000]);
});

test('an index has no layers of its own', async () => {
  const child = await push('child', [{ bytes: gzipSync(tarOfEntries(base)) }]);
  await admin.pushManifest('p/app', 'multi', indexOf([childOf(child)]));
  for (const part of ['layers', 'files', 'files/content?path=x'])
    refused(await bob.get(`${pathOf('multi')}/${part}`), 412, /is an index/);
});

test('only who may pull sees files, of the tags of the grant, and of layers that the repository holds', async () => {
  const [carol, dave] = ['carol', 'dave'].map((username) => server.client({ username, password }));
  assert.ok(carol && dave);
  const grant = ['access', 'grant', 'dave', 'guest', 'p/app', '--tags', 'v*', '--data', server.data];
  assert.equal((await berth(grant)).code, 0);
  for (const part of ['layers', 'files', 'files/content?path=etc/passwd']) {
    expectStatus(await carol.get(`${pathOf('v1')}/${part}`), 403);
    expectStatus(await server.client(null).get(`${pathOf('v1')}/${part}`), 401);
    expectStatus(await dave.get(`${pathOf('v1')}/${part}`), 200);
    expectStatus(await dave.get(`${pathOf('odd')}/${part}`), 403);
  }
  // A manifest may name what another project holds, where not all has to be there.
  await makeProject(admin, 'secret');
  const hidden = gzipSync(tarOfEntries([{ name: 'key', body: Buffer.from('private') }]));
  await admin.pushBlob('secret/app', hidden);
  expectStatus(
    await sendJson(admin, 'PUT', '/api/v2.0/projects/p', { metadata: { sparse_manifests: 'true' } }),
    200,
  );
  await push('thief', [{ bytes: hidden, absent: true }]);
  const { layers } = await layersOf('thief');
  assert.deepEqual(
    layers.map(({ problem }) => problem),
    ['not-stored'],
  );
  refused(await content('thief', 'key'), 404, /shows no file/);
});

test('reading a file is in the audit log, and does not count as a pull', async () => {
  expectStatus(await content('v1', 'etc/passwd'), 200);
  const row = await waitUntil('the log tells of it', async () => {
    const query = 'q=operation%3Dpull%2Cusername%3Dbob&sort=-op_time';
    const rows = jsonOf<readonly View[]>(await admin.get(`/api/v2.0/auditlog-exts?${query}`));
    return rows.find(({ resource }) => String(resource).startsWith('p/app'));
  });
  assert.match(String(row['resource']), /^p\/app(?::v1|@sha256:)/);
  const view = jsonOf<View>(await admin.get('/api/v2.0/projects/p/repositories/app'));
  assert.equal(view['pull_count'], 0);
});

interface Comparison {
  readonly [key: string]: unknown;
  readonly layers: readonly View[];
}

async function comparisonOf(reference: string, query: string): Promise<Comparison> {
  return waitUntil('the files are compared', async () => {
    const view = jsonOf<Comparison>(await bob.get(`${pathOf(reference)}/comparison?${query}`));
    return view['reading'] === false && view;
  });
}

test('two images are compared by what they say, by layers and by files', async () => {
  const next = tarOfEntries([
    { name: 'etc/passwd', body: Buffer.from('new\n') },
    { name: 'etc/motd', body: Buffer.from('hi') },
  ]);
  const shared = gzipSync(tarOfEntries(base));
  const v2 = await push('v2', [{ bytes: shared }, { bytes: gzipSync(next) }]);
  const { layers, ...view } = await comparisonOf('v1', 'with=v2');
  assert.deepEqual(view['before'], {
    repository: 'p/app',
    digest: image.digest,
    size: sizeOf(layers, 'same', 'removed'),
    layers: 2,
  });
  assert.deepEqual(view['after'], {
    repository: 'p/app',
    digest: v2.digest,
    size: sizeOf(layers, 'same', 'added'),
    layers: 2,
  });
  assert.deepEqual(
    layers.map(({ change }) => change),
    ['same', 'removed', 'added'],
  );
  assert.deepEqual(
    [view['shared_layers'], view['added_size'], view['removed_size']],
    [1, sizeOf(layers, 'added'), sizeOf(layers, 'removed')],
  );
  assert.deepEqual(view['config'], []);
  // v2 has the shadow and the cache that v1 removes.
  assert.deepEqual([view['files'], view['unread_layers']], [{ added: 3, changed: 1, removed: 2 }, 0]);
  const list = await bob.get(`${pathOf('v1')}/comparison/files?with=p/app@${v2.digest}&change=changed`);
  assert.deepEqual(jsonOf(list), [
    {
      path: 'etc/passwd',
      change: 'changed',
      kind: 'file',
      size_before: 19,
      size: 4,
      mode_before: '0644',
      mode: '0644',
    },
  ]);
  const some = await bob.get(`${pathOf('v1')}/comparison/files?with=v2&name=ETC&page_size=1`);
  assert.equal(some.headers['x-total-count'], '3');
});

test('what two images say of themselves is compared by its parts', async () => {
  const withConfig = async (tag: string, config: object, annotations: object): Promise<void> => {
    const bytes = Buffer.from(JSON.stringify({ os: 'linux', architecture: 'arm64', config }));
    await admin.pushBlob('p/app', bytes);
    const mediaType = types.ociManifest;
    const parts = {
      schemaVersion: 2,
      mediaType,
      config: descriptorOf(types.ociConfig, bytes),
      layers: [],
      annotations,
    };
    await admin.pushManifest('p/app', tag, manifestOf(parts, mediaType));
  };
  await withConfig('c1', { Env: ['A=1', 'B=2'], User: 'root', Labels: { keep: 'x', gone: evil } }, {});
  await withConfig('c2', { Env: ['A=1', 'B=3'], Cmd: ['run'], Labels: { keep: 'x' } }, { note: evil });
  const { config } = await comparisonOf('c1', 'with=c2');
  assert.deepEqual(config, [
    { section: 'User', before: 'root' },
    { section: 'Env', name: 'B', before: '2', after: '3' },
    { section: 'Labels', name: 'gone', before: evil },
    { section: 'Cmd', after: '["run"]' },
    { section: 'annotations', name: 'note', after: evil },
  ]);
});

test('indexes are compared by a platform that both list', async () => {
  const children = await Promise.all(
    ['one', 'two', 'three'].map((tag) =>
      push(tag, [{ bytes: gzipSync(tarOfEntries([{ name: tag, body: Buffer.from(tag) }])) }]),
    ),
  );
  const [one, two, three] = children as [Manifest, Manifest, Manifest];
  const on = (architecture: string) => ({ platform: { os: 'linux', architecture } });
  await admin.pushManifest('p/app', 'm1', indexOf([childOf(one, on('arm64')), childOf(two, on('amd64'))]));
  await admin.pushManifest('p/app', 'm2', indexOf([childOf(three, on('amd64')), childOf(two, on('arm64'))]));
  await admin.pushManifest('p/app', 'm3', indexOf([childOf(three, on('s390x'))]));
  const view = await comparisonOf('m1', 'with=m2');
  assert.deepEqual([view['platform'], view['platforms']], ['linux/amd64', ['linux/arm64', 'linux/amd64']]);
  assert.equal((view['before'] as View)['digest'], two.digest);
  const other = await comparisonOf('m1', 'with=m2&platform=linux/arm64');
  assert.equal((other['before'] as View)['digest'], one.digest);
  const call = (query: string) => bob.get(`${pathOf('m1')}/comparison?${query}`);
  refused(await call('with=m3'), 412, /no platform in common: linux\/arm64, linux\/amd64, and linux\/s390x/);
  refused(await call('with=m2&platform=plan9/x'), 404, /do not both have the platform plan9\/x/);
});

test('nobody compares with what he may not pull', async () => {
  await makeProject(admin, 'q');
  await push('v1', [{ bytes: gzipSync(tarOfEntries(base)) }], 'q/app');
  for (const part of ['comparison', 'comparison/files']) {
    expectStatus(await bob.get(`${pathOf('v1')}/${part}?with=q/app:v1`), 403);
    expectStatus(await admin.get(`${pathOf('v1')}/${part}?with=q/app:v1`), 200);
    expectStatus(await admin.get(`${pathOf('v1')}/${part}?with=q/app:none`), 404);
    expectStatus(await admin.get(`${pathOf('v1')}/${part}?with=a/b/`), 400);
    expectStatus(await admin.get(`${pathOf('v1')}/${part}`), 422);
  }
});

function sizeOf(layers: readonly View[], ...changes: readonly unknown[]): number {
  return layers.reduce((sum, { change, size }) => sum + (changes.includes(change) ? Number(size) : 0), 0);
}

test('the commands list layers and files, and what differs between two images', async () => {
  await push('cli-1', [{ bytes: gzipSync(tarOfEntries(base)) }]);
  await push('cli-2', [
    { bytes: gzipSync(tarOfEntries(base)) },
    { bytes: zstdCompressSync(tarOfEntries(top)) },
  ]);
  const at = ['--server', `http://127.0.0.1:${server.port}`];
  const rows = async (...args: string[]): Promise<View[]> => {
    const command = ['artifact', ...args, ...at, '--user', 'bob', '--password-stdin', '-o', 'json'];
    const { code, stdout, stderr } = await berth(command, { input: `${password}\n` });
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as View[];
  };
  const told = await rows('layers', 'p/app:cli-2');
  assert.deepEqual(
    told.map(({ number, created_by: by }) => [number, by]),
    [
      [1, 'RUN step 1'],
      [2, 'RUN step 2'],
    ],
  );
  const names = (files: readonly View[]): unknown[] => files.map((file) => file['path']);
  assert.deepEqual(names(await rows('files', 'p/app:cli-2', 'etc')), ['etc/passwd']);
  assert.deepEqual(names(await rows('files', 'p/app:cli-2', '--deep', '--find', 'large')), ['srv/large']);
  assert.ok(names(await rows('files', 'p/app:cli-2', 'etc', '--layer', '2')).includes('etc/shadow'));
  const differences = await rows('diff', 'p/app:cli-1', 'p/app:cli-2');
  const changed = differences.map(({ what, change, name }) => [what, change, name].join(' '));
  assert.ok(changed.includes('file changed etc/passwd'), changed.join('\n'));
  assert.ok(changed.includes('file removed etc/shadow'), changed.join('\n'));
  assert.equal(changed.filter((line) => line.startsWith('layer added')).length, 1);
  const wrong = await berth(['artifact', 'files', 'p/app:cli-2', '--layer', 'none', ...at]);
  assert.equal(wrong.code, 2);
});

test('the commands say which layers nobody could look into', async () => {
  const shared = gzipSync(tarOfEntries(base));
  await push('closed-1', [{ bytes: shared }]);
  const encrypted = { bytes: seededBytes('closed', 500), type: `${types.ociLayer}+encrypted` };
  await push('closed-2', [{ bytes: shared }, encrypted]);
  const at = ['--server', `http://127.0.0.1:${server.port}`, '--user', 'bob', '--password-stdin'];
  const layers = await berth(['artifact', 'layers', 'p/app:closed-2', ...at], { input: `${password}\n` });
  assert.deepEqual([layers.code, layers.stderr.trim()], [0, 'Layer 2 was not read: it is encrypted']);
  assert.match(layers.stdout, /\tSTATE\t.*\n1\t.*\tread\t.*\n2\t.*\tunread\t/);
  const images = ['p/app:closed-1', 'p/app:closed-2'];
  const diff = await berth(['artifact', 'diff', ...images, ...at], { input: `${password}\n` });
  assert.equal(diff.code, 0);
  assert.match(diff.stderr, /nobody can look into, and whose files are not compared: 1\n$/);
});

test('what differs beside files is told, also where files are not compared', async (context) => {
  const comparison = { reading: false, layers: [{ digest: 'sha256:1', size: 7, change: 'added' }] };
  const refusal = { errors: [{ code: 'REQUEST_ENTITY_TOO_LARGE', message: 'the image has too many files' }] };
  const more: { reason?: string } = {};
  const other = createServer(({ url = '' }, answer) => {
    const isOfFiles = url.includes('/comparison/files?');
    answer.writeHead(isOfFiles ? 413 : 200, { 'Content-Type': 'application/json' });
    answer.end(JSON.stringify(isOfFiles ? refusal : { ...comparison, ...more }));
  });
  context.after(() => other.close());
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const { port } = other.address() as AddressInfo;
  const at = ['--server', `http://127.0.0.1:${port}`, '--user', 'bob', '--password-stdin'];
  const diff = () => berth(['artifact', 'diff', 'p/app:a', 'p/app:b', ...at], { input: 'x\n' });
  const refusedFiles = await diff();
  assert.match(refusedFiles.stdout, /sha256:1\tlayer\tadded\t\t7/);
  assert.match(refusedFiles.stderr, /too many files/);
  assert.equal(refusedFiles.code, 2);
  more.reason = 'a layer could not be read';
  const failed = await diff();
  assert.match(failed.stdout, /sha256:1\tlayer\tadded\t\t7/);
  assert.equal(failed.stderr, 'Files are not told of: a layer could not be read\n');
  assert.equal(failed.code, 3);
});
