import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededChance } from '../chance.testing.ts';
import { AppError } from '../errors.ts';
import { type ParsedManifest, parseManifest } from './manifest.ts';
import { mediaTypes } from './media-types.ts';

const { ociManifest, ociIndex, dockerManifest, dockerList } = mediaTypes;
const configType = 'application/vnd.oci.image.config.v1+json';
const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';
const foreignType = 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip';

type Json = Readonly<Record<string, unknown>>;

function digestOf(sign: string): string {
  return `sha256:${sign.repeat(64)}`;
}

const config: Json = { mediaType: configType, digest: digestOf('c'), size: 20 };
const layer: Json = { mediaType: layerType, digest: digestOf('1'), size: 1024 };
const child: Json = { mediaType: ociManifest, digest: digestOf('d'), size: 300 };

function image(more: Json = {}): Json {
  return { schemaVersion: 2, mediaType: ociManifest, config, layers: [layer], ...more };
}

function index(more: Json = {}): Json {
  return { schemaVersion: 2, mediaType: ociIndex, manifests: [child], ...more };
}

function bytesOf(value: Json | string | Uint8Array): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
}

function parsed(value: Json | string | Uint8Array, contentType?: string): ParsedManifest {
  return parseManifest(bytesOf(value), contentType);
}

function refused(value: Json | string | Uint8Array, why: RegExp, contentType?: string): AppError {
  try {
    parsed(value, contentType);
  } catch (error) {
    assert.ok(error instanceof AppError, String(error));
    assert.equal(error.code, 'MANIFEST_INVALID');
    assert.match(error.message, why);
    assert.ok(error.message.length < 1000, 'the message repeats too much of the manifest');
    return error;
  }
  assert.fail('it was taken for a manifest');
}

/** The image as JSON, with one text in it changed by hand: for what JSON.stringify would not write. */
function imageText(from: string, to: string): string {
  const text = JSON.stringify(image());
  assert.ok(text.includes(from));
  return text.replace(from, () => to);
}

test('an image refers to its config and its layers, in their order', () => {
  const second = { mediaType: layerType, digest: digestOf('2'), size: 7 };
  const given = image({ layers: [layer, second, layer] });
  assert.deepEqual(parsed(given, ociManifest), {
    mediaType: ociManifest,
    shape: 'image',
    artifactType: configType,
    references: [
      { kind: 'config', digest: digestOf('c'), sizeBytes: 20, mediaType: configType, required: true },
      { kind: 'layer', digest: digestOf('1'), sizeBytes: 1024, mediaType: layerType, required: true },
      { kind: 'layer', digest: digestOf('2'), sizeBytes: 7, mediaType: layerType, required: true },
      { kind: 'layer', digest: digestOf('1'), sizeBytes: 1024, mediaType: layerType, required: true },
    ],
    subject: undefined,
    json: given,
  });
});

test('an index refers to its children, to one several times if it lists it so', () => {
  const again = { ...child, annotations: { k: '2' }, platform: { os: 'linux', architecture: 'arm' } };
  const manifest = parsed(index({ manifests: [child, again] }), ociIndex);
  assert.equal(manifest.shape, 'index');
  assert.equal(manifest.artifactType, undefined);
  const reference = {
    kind: 'child',
    digest: digestOf('d'),
    sizeBytes: 300,
    mediaType: ociManifest,
    required: true,
  };
  assert.deepEqual(manifest.references, [reference, reference]);
});

test('an empty index and an image without layers are taken', () => {
  assert.deepEqual(parsed(index({ manifests: [] })).references, []);
  assert.equal(parsed(image({ layers: [] })).references.length, 1);
  assert.equal(parsed(image({ layers: undefined })).references.length, 1);
});

test('what a manifest is about comes last and need not be there', () => {
  const subject = { mediaType: ociManifest, digest: digestOf('5'), size: 9 };
  for (const manifest of [parsed(image({ subject })), parsed(index({ subject }))]) {
    assert.equal(manifest.subject, digestOf('5'));
    assert.deepEqual(manifest.references.at(-1), {
      kind: 'subject',
      digest: digestOf('5'),
      sizeBytes: 9,
      mediaType: ociManifest,
      required: false,
    });
  }
});

test('layers that stay with their vendor need not be there', () => {
  const foreign = { mediaType: foreignType, digest: digestOf('f'), size: 4_069_985_900, urls: ['https://x'] };
  const { references } = parsed(image({ layers: [layer, foreign] }));
  assert.deepEqual(
    references.map(({ kind, required, sizeBytes }) => [kind, required, sizeBytes]),
    [
      ['config', true, 20],
      ['layer', true, 1024],
      ['layer', false, 4_069_985_900],
    ],
  );
});

test('a config that has such a type has to be there all the same', () => {
  const [first] = parsed(image({ config: { ...config, mediaType: foreignType } })).references;
  assert.equal(first?.required, true);
});

test("an artifact's type is its own, else the type of its config", () => {
  assert.equal(parsed(image({ artifactType: 'application/vnd.x' })).artifactType, 'application/vnd.x');
  assert.equal(parsed(image()).artifactType, configType);
  assert.equal(parsed(index({ artifactType: 'application/vnd.x' })).artifactType, 'application/vnd.x');
  assert.equal(parsed(index()).artifactType, undefined);
});

test('types of config and layers that nobody knows are taken, and so are unknown fields', () => {
  const unknown = {
    mediaType: 'application/vnd.example+x',
    digest: digestOf('9'),
    size: 0,
    data: 'YQ==',
    x: 1,
  };
  const { references } = parsed(
    image({ config: unknown, layers: [unknown], annotations: { a: 'b' }, x: [{}] }),
  );
  assert.deepEqual(
    references.map(({ mediaType, sizeBytes }) => [mediaType, sizeBytes]),
    [
      ['application/vnd.example+x', 0],
      ['application/vnd.example+x', 0],
    ],
  );
});

test('digests in another algorithm are taken as they are written', () => {
  for (const digest of [`sha512:${'a'.repeat(128)}`, `blake3:${'b'.repeat(64)}`, 'x+y.z:Ab_=-'])
    assert.equal(parsed(image({ subject: { digest, size: 1 } })).subject, digest);
});

test('the type is the one it was sent with, whatever parameters and letters that has', () => {
  for (const type of [ociManifest, dockerManifest])
    for (const sent of [type, `${type}; charset=utf-8`, type.toUpperCase(), `  ${type} ;x`])
      assert.equal(parsed(image({ mediaType: undefined }), sent).mediaType, type);
  assert.equal(parsed(index({ mediaType: undefined }), dockerList).mediaType, dockerList);
});

test('without a type to go by, its own field counts, then its shape', () => {
  for (const sent of [undefined, '', 'application/json', 'application/octet-stream', ';']) {
    assert.equal(parsed(image({ mediaType: dockerManifest }), sent).mediaType, dockerManifest);
    assert.equal(parsed(index({ mediaType: dockerList }), sent).mediaType, dockerList);
    assert.equal(parsed(image({ mediaType: undefined }), sent).mediaType, ociManifest);
    assert.equal(parsed(index({ mediaType: undefined }), sent).mediaType, ociIndex);
  }
});

test('a manifest that was sent as something other than it says is refused', () => {
  refused(image(), /mediaType is .*manifest.* but it was sent as .*index/, ociIndex);
  refused(image({ mediaType: dockerManifest }), /but it was sent as/, ociManifest);
  refused(image({ mediaType: '' }), /but it was sent as/, ociManifest);
  refused(
    image({ mediaType: 'x'.repeat(100_000) }),
    /but it was sent as/,
    `${ociManifest}${'y'.repeat(50_000)}`,
  );
});

test('other types are refused, with those that are taken', () => {
  for (const type of [
    'text/html',
    'application/vnd.oci.image.config.v1+json',
    'constructor',
    '__proto__',
    'a',
  ])
    assert.match(
      refused(image({ mediaType: undefined }), /not a manifest type/, type).detail ?? '',
      /index\.v1/,
    );
  refused(image({ mediaType: 'x'.repeat(100_000) }), /not a manifest type/);
});

test('the artifact manifest that left the specification is refused by name', () => {
  const old = { mediaType: mediaTypes.ociArtifact, artifactType: 'application/x', blobs: [] };
  assert.match(
    refused(old, /taken out of the specification/, mediaTypes.ociArtifact).detail ?? '',
    /artifactType/,
  );
});

test('an empty artifactType counts as none', () => {
  const parsed = parseManifest(Buffer.from(JSON.stringify(image({ artifactType: '' }))), undefined);
  assert.equal(parsed.artifactType, parsed.references[0]?.mediaType);
});

test('schema 1 is refused by name, however it comes', () => {
  const old = { schemaVersion: 1, name: 'app', tag: '1', fsLayers: [], history: [], signatures: [] };
  const { dockerSchema1, dockerSchema1Signed } = mediaTypes;
  for (const type of [undefined, 'application/json', dockerSchema1, dockerSchema1Signed, ociManifest])
    assert.match(refused(old, /schema 1 is obsolete/, type).detail ?? '', /Docker 1\.10/);
  refused({ ...old, schemaVersion: undefined }, /schema 1 is obsolete/, dockerSchema1Signed);
  refused(image({ schemaVersion: 1 }), /schema 1 is obsolete/, ociManifest);
});

test('every other schema version is refused', () => {
  for (const schemaVersion of [undefined, null, 0, 3, -2, 2.5, '2', '1', true, [2], {}])
    refused(image({ schemaVersion }), /schemaVersion is not 2/);
});

test('what one client could read as an image and another as an index is refused', () => {
  refused(image({ manifests: [child] }), /must not have the field manifests/);
  refused(image({ manifests: [] }), /must not have the field manifests/);
  refused(image({ manifests: null }), /must not have the field manifests/);
  refused(image({ fsLayers: [] }), /must not have the field fsLayers/);
  refused(index({ config }), /must not have the field config/);
  refused(index({ layers: [layer] }), /must not have the field layers/);
  refused(index({ layers: [] }), /must not have the field layers/);
  refused(image({ mediaType: undefined, manifests: [child] }), /must not have the field/);
  refused(image({ mediaType: undefined, manifests: [child] }), /must not have the field/, ociManifest);
});

test('a field that differs from a known one in letter case only is refused, since some clients read it', () => {
  for (const key of ['Manifests', 'MANIFESTS', 'manifestS', 'Layers', 'Config', 'fslayers', 'SchemaVersion'])
    refused(image({ [key]: [] }), /only in letter case/);
  for (const key of ['MediaType', 'artifacttype', 'Subject'])
    refused(index({ [key]: 'x' }), /only in letter case/);
});

test('letter case is folded as Go folds it: the long s is an s', () => {
  for (const key of ['manifeſts', 'layerſ', 'LAYERſ', 'ſubject', 'ſchemaVersion'])
    refused(image({ [key]: [] }), /only in letter case/);
});

test('the fields of a descriptor must not be there in another letter case either', () => {
  for (const key of ['Digest', 'DIGEST', 'Size', 'ſize', 'mediatype', 'MediaType', 'digeſt']) {
    const twin = { ...layer, [key]: digestOf('e') };
    refused(image({ layers: [layer, twin] }), /layers\[1\]\..* only in letter case/);
    refused(image({ config: twin }), /config\..* only in letter case/);
    refused(index({ manifests: [twin] }), /manifests\[0\]\..* only in letter case/);
    refused(image({ subject: twin }), /subject\..* only in letter case/);
  }
});

test('fields whose names only resemble known ones are taken', () => {
  for (const key of ['layers2', 'layer', 'configs', 'my-config', 'annotations', 'Annotations', 'größe', 'İ'])
    assert.equal(parsed(image({ [key]: [] })).references.length, 2, key);
});

test('of a field that is there twice the last one counts', () => {
  const text = imageText('"layers":', '"layers":[],"layers":');
  assert.equal(parsed(text).references.length, 2);
  assert.equal(parsed(text.replace(/\}$/, ',"layers":[]}')).references.length, 1);
  refused(text.replace(/\}$/, ',"schemaVersion":3}'), /schemaVersion is not 2/);
});

test('fields named like parts of every object are data like any other', () => {
  const names = '"__proto__":{"subject":{"digest":"a:b","size":1}},"constructor":{"prototype":{"x":1}}';
  const manifest = parsed(imageText('"config":', `${names},"toString":1,"config":`));
  assert.equal(manifest.subject, undefined);
  assert.equal(manifest.references.length, 2);
  assert.equal(({} as Json)['x'], undefined);
  const inside = imageText('"layers":', '"annotations":{"__proto__":"a","constructor":"b"},"layers":');
  assert.equal(parsed(inside).references.length, 2);
});

test('what only lies in __proto__ is not there', () => {
  const hidden = { config, layers: [layer] };
  refused(
    `{"schemaVersion":2,"mediaType":"${ociManifest}","__proto__":${JSON.stringify(hidden)}}`,
    /config must be an object/,
  );
  refused(
    imageText(
      JSON.stringify(layer),
      `{"mediaType":"${layerType}","__proto__":{"digest":"${digestOf('1')}","size":1}}`,
    ),
    /layers\[0\]\.digest is not a digest/,
  );
});

test('what is not JSON is refused', () => {
  for (const text of [
    '',
    ' ',
    '{',
    '{}x',
    "{'a':1}",
    '{"a":1,}',
    '// x',
    'NaN',
    '\u0000',
    '<html>',
    'schemaVersion: 2',
  ])
    refused(text, /not JSON in UTF-8/);
});

test('JSON that is not an object is refused', () => {
  for (const text of ['null', '[]', '"x"', '2', 'true', '[{"schemaVersion":2}]'])
    refused(text, /the manifest must be an object/);
});

test('a byte order mark, UTF-16, and bytes that are not UTF-8 are refused', () => {
  const text = JSON.stringify(image({ annotations: { a: '~' } }));
  refused(`\ufeff${text}`, /not JSON in UTF-8/);
  refused(new Uint8Array(Buffer.from(text, 'utf16le')), /not JSON in UTF-8/);
  const wrong = [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]];
  for (const bytes of wrong) {
    const [before = '', after = ''] = text.split('~');
    refused(
      Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]),
      /not JSON in UTF-8/,
    );
  }
});

test('text in any script is taken', () => {
  const annotations = { 'org.example.名称': 'é 文 🐳 \u0000 \ud800' };
  assert.equal(parsed(image({ annotations })).references.length, 2);
});

test('a size is a whole number that is exact', () => {
  for (const size of ['0', '1', '2147483648', '4069985900', '9007199254740991', '1e3', '2.0'])
    assert.equal(parsed(imageText('"size":1024', `"size":${size}`)).references[1]?.sizeBytes, Number(size));
});

test('a size that is negative, broken, or too large to be exact is refused', () => {
  const numbers = [
    '-1',
    '1.5',
    '-0.5',
    '9007199254740992',
    '9007199254740993',
    '9223372036854775807',
    '1e400',
  ];
  for (const size of [...numbers, '"5"', 'null', 'true', '[1]', '{}'])
    refused(imageText('"size":1024', `"size":${size}`), /layers\[0\]\.size must be a whole number/);
  refused(image({ config: { ...config, size: undefined } }), /config\.size must be a whole number/);
  refused(index({ manifests: [{ ...child, size: -1 }] }), /manifests\[0\]\.size/);
  refused(image({ subject: { digest: digestOf('5'), size: 2 ** 53 } }), /subject\.size/);
});

test('what is not a digest is refused, wherever one has to be', () => {
  const texts = [
    '',
    'abc',
    'sha256:',
    ':abc',
    'sha256:a/b',
    'sha256:../x',
    'SHA256:abc',
    'a..b:c',
    'sha256:a b',
    'a:\n',
  ];
  for (const digest of [...texts, `a:${'b'.repeat(257)}`, undefined, null, 1, [digestOf('1')], {}]) {
    refused(image({ config: { ...config, digest } }), /config\.digest is not a digest/);
    refused(image({ layers: [layer, { ...layer, digest }] }), /layers\[1\]\.digest is not a digest/);
    refused(index({ manifests: [{ ...child, digest }] }), /manifests\[0\]\.digest is not a digest/);
    refused(image({ subject: { ...child, digest } }), /subject\.digest is not a digest/);
  }
});

test('a digest longer than an index of a database can hold is refused', () => {
  for (const digest of [`${'a'.repeat(3000)}:b`, `${'a.'.repeat(1_000_000)}a:b`, `a:${'b'.repeat(3000)}`])
    refused(image({ subject: { digest, size: 1 } }), /subject\.digest is not a digest/);
});

test('what is not a descriptor where one has to be is refused', () => {
  for (const other of [null, 'x', 1, true, [], [layer]]) {
    refused(image({ config: other }), /config must be an object/);
    refused(image({ layers: [other] }), /layers\[0\] must be an object/);
    refused(index({ manifests: [child, other] }), /manifests\[1\] must be an object/);
    if (other !== null) refused(image({ subject: other }), /subject must be an object/);
  }
  refused(image({ config: undefined }), /config must be an object/);
});

test('what is not a list where one has to be is refused', () => {
  for (const other of [null, {}, 'x', 1, { 0: layer, length: 1 }]) {
    if (other !== null) refused(image({ layers: other }), /layers must be an array/);
    refused(index({ manifests: other }), /manifests must be an array/);
  }
  refused(index({ manifests: undefined }), /manifests must be an array/);
});

test('null for layers or subject is none, as programs in Go write it', () => {
  const manifest = parsed(image({ layers: null, subject: null }));
  assert.deepEqual(
    manifest.references.map((reference) => reference.kind),
    ['config'],
  );
  assert.equal(manifest.subject, undefined);
});

test('a type that is no text, or that a database could not keep, is refused', () => {
  for (const type of [null, 1, [], {}, 'application/vnd.x\u0000']) {
    refused(image({ artifactType: type }), /artifactType must be a string/);
    refused(image({ config: { ...config, mediaType: type } }), /config\.mediaType must be a string/);
    refused(image({ mediaType: type }), /mediaType must be a string/);
  }
});

test('a type by which referrers are found is no longer than media types are', () => {
  const longest = 'x'.repeat(255);
  assert.equal(parsed(image({ artifactType: longest })).artifactType, longest);
  refused(image({ artifactType: `${longest}x` }), /more than 255 characters/);
  refused(image({ config: { ...config, mediaType: `${longest}x` } }), /more than 255 characters/);
});

test('a manifest as deep as 60,000 levels is read like any other', () => {
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    const deep = `${open.repeat(60_000)}1${close.repeat(60_000)}`;
    assert.equal(parsed(imageText('"layers":', `"x":${deep},"layers":`)).references.length, 2);
    refused(imageText('"layers":', `"x":${deep.slice(0, -1)},"layers":`), /not JSON/);
    refused(deep, /must be an object|schemaVersion is not 2/);
    refused(imageText(JSON.stringify(layer), deep), /layers\[0\]/);
  }
});

test('the last of very many layers is checked like the first', () => {
  const layers = [...Array.from({ length: 2000 }, () => layer), { ...layer, size: -1 }];
  refused(image({ layers }), /layers\[2000\]\.size/);
});

test('a million values that are no layers are refused for their number', () => {
  for (const value of ['{}', '1', '[]', 'null'])
    refused(
      imageText(JSON.stringify(layer), `${`${value},`.repeat(1_000_000)}1`),
      /layers has 1000001 entries|more than 65536/,
    );
});

test('bytes changed at random are refused or read, and never anything else', () => {
  const chance = seededChance(8);
  const text = JSON.stringify(image({ subject: child, artifactType: 'application/vnd.x' }));
  let taken = 0;
  for (let round = 0; round < 3000; round += 1) {
    const bytes = bytesOf(text).slice();
    const changes = 1 + chance.whole(3);
    for (let change = 0; change < changes; change += 1)
      bytes[chance.whole(bytes.length)] = chance.pick([
        chance.whole(256),
        ...Buffer.from('{}[]":,0-9eEnt\\'),
      ]);
    try {
      const manifest = parseManifest(bytes, chance.pick([undefined, ociManifest, ociIndex]));
      taken += 1;
      for (const { sizeBytes, digest } of manifest.references)
        assert.ok(Number.isSafeInteger(sizeBytes) && sizeBytes >= 0 && digest.includes(':'));
    } catch (error) {
      assert.ok(error instanceof AppError && error.code === 'MANIFEST_INVALID', String(error));
    }
  }
  assert.ok(taken > 0 && taken < 3000, `${taken} taken`);
});

test('a manifest refers to 2,048 layers or children, and to no more', () => {
  const most = Array.from({ length: 2048 }, () => layer);
  assert.equal(parsed(image({ layers: most })).references.length, 2049);
  refused(image({ layers: [...most, layer] }), /layers has 2049 entries, and at most 2048/);
  const children = Array.from({ length: 2048 }, () => child);
  assert.equal(parsed(index({ manifests: children })).references.length, 2048);
  refused(index({ manifests: [...children, child] }), /manifests has 2049 entries, and at most 2048/);
});

test('a manifest has 65,536 objects and lists, wherever they are, and no more', () => {
  // The manifest, its config, its layers, the layer, and the list.
  const some = (count: number): Json => image({ more: Array.from({ length: count - 5 }, () => ({})) });
  parsed(some(65_536));
  refused(some(65_537), /more than 65536 objects and lists/);
  const deep = `${'['.repeat(70_000)}${']'.repeat(70_000)}`;
  refused(imageText('"schemaVersion":2', `"schemaVersion":2,"more":${deep}`), /more than 65536/);
  parsed(image({ annotations: { text: '[{'.repeat(100_000) } }));
});

test('a manifest has 4,096 annotations, and no more', () => {
  const some = (count: number): Json =>
    image({
      annotations: Object.fromEntries(Array.from({ length: count }, (_, number) => [`${number}`, ''])),
    });
  parsed(some(4096));
  refused(some(4097), /4097 annotations, and at most 4096/);
});
