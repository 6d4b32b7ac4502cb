import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseManifest } from '../../lib/oci/manifest.ts';
import { mediaTypes } from '../../lib/oci/media-types.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { digestOf, imageManifest, openWorld, pushBlob, putManifest, type World } from '../testing/world.ts';
import { describeArtifacts } from './create-artifact-description.ts';
import { describeArtifact } from './describe-artifact.ts';
import { pageOfUndescribed } from './description-reads.ts';
import { factsOfManifest } from './facts-of-manifest.ts';
import { description } from './total-of.ts';

const ociConfig = 'application/vnd.oci.image.config.v1+json';
const hex = 'a'.repeat(64);

function facts(json: object, tags: readonly string[] = [], mediaType: string = mediaTypes.ociManifest) {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, ...json }));
  const { kind, configType, accessoryKind, accessorySubject } = factsOfManifest(
    parseManifest(bytes, mediaType),
    tags,
  );
  return { kind, configType, accessoryKind, accessorySubject };
}

const descriptor = (mediaType: string, more: object = {}) => ({
  mediaType,
  digest: `sha256:${hex}`,
  size: 1,
  ...more,
});

test('an artifact has the type that Harbor gives it, by its own type or its config', () => {
  const kindOf = (config: string, more: object = {}) =>
    facts({ config: descriptor(config), layers: [], ...more }).kind;
  assert.equal(kindOf(ociConfig), 'IMAGE');
  assert.equal(kindOf('application/vnd.docker.container.image.v1+json'), 'IMAGE');
  assert.equal(kindOf('application/vnd.cncf.helm.config.v1+json'), 'CHART');
  assert.equal(kindOf('application/vnd.wasm.config.v1+json'), 'WASM');
  assert.equal(kindOf(ociConfig, { annotations: { 'run.oci.handler': 'wasm' } }), 'WASM');
  assert.equal(kindOf('application/vnd.acme.deploy.config.v2+json'), 'DEPLOY');
  assert.equal(kindOf('application/vnd.oci.empty.v1+json'), 'UNKNOWN');
  assert.equal(
    kindOf('application/vnd.oci.empty.v1+json', {
      artifactType: 'application/vnd.cncf.model.manifest.v1+json',
    }),
    'CNAI',
  );
  const index = (annotations: object) => facts({ manifests: [], annotations }, [], mediaTypes.ociIndex);
  assert.equal(index({}).kind, 'IMAGE');
  const bundle = index({ 'org.opencontainers.artifactType': 'application/vnd.cnab.manifest.v1' });
  assert.deepEqual([bundle.kind, bundle.configType], ['CNAB', 'application/vnd.cnab.manifest.v1']);
});

test('what is odd in a manifest is no reason not to take it', () => {
  const odd = facts({
    config: descriptor(ociConfig),
    layers: [descriptor('x', { annotations: [1] })],
    annotations: { 'run.oci.handler': 1, __proto__: 'x' },
    artifactType: '',
  });
  assert.equal(odd.kind, 'IMAGE');
});

test('a tag of cosign’s form makes an accessory of what is signed, listed or attached', () => {
  const signature = {
    config: descriptor(ociConfig),
    layers: [descriptor('application/vnd.dev.cosign.simplesigning.v1+json')],
  };
  const image = { config: descriptor(ociConfig), layers: [descriptor('x')] };
  const kindFor = (json: object, tag: string, type?: string) => facts(json, [tag], type).accessoryKind;
  assert.deepEqual(facts(signature, ['v1', `sha256-${hex}.sig`]), {
    kind: 'IMAGE',
    configType: ociConfig,
    accessoryKind: 'signature.cosign',
    accessorySubject: `sha256:${hex}`,
  });
  assert.equal(kindFor(image, `sha256-${hex}.sig`), null);
  assert.equal(kindFor(image, `sha256-${hex}.att`), 'subject.accessory');
  assert.equal(kindFor(image, `sha256-${hex}`), null);
  assert.equal(kindFor({ manifests: [] }, `sha256-${hex}`, mediaTypes.ociIndex), 'subject.accessory');
  assert.equal(kindFor(image, `sha256-${hex}.other`), null);
});

async function rows({ db }: World) {
  const found = await db.reader.builder
    .selectFrom('live_artifact')
    .leftJoin('manifest_detail', 'manifest_detail.blob_id', 'live_artifact.blob_id')
    .select([
      'digest',
      'kind',
      'config_type',
      'total_size',
      'accessory_kind',
      'accessory_subject',
      'described',
    ])
    .select(['annotations', 'extra_attrs', 'icon'])
    .orderBy('id')
    .execute();
  return found;
}

/** As rows are that an older version wrote. */
async function forget({ db }: World): Promise<void> {
  await db.transaction(async ({ builder }) => {
    const unknown = { kind: null, config_type: null, total_size: null, accessory_kind: null };
    await builder
      .updateTable('artifact')
      .set({ ...unknown, accessory_subject: null, described: 0 })
      .execute();
    await builder.deleteFrom('manifest_detail').execute();
  });
}

for (const dialect of dialects) {
  test(`what an older version pushed is described later, and before that for whoever asks (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { deps, db, store } = world;
    const config = Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', created: 'then' }));
    const layer = Buffer.from('layer');
    for (const blob of [config, layer]) await pushBlob(deps, blob);
    const content = [
      { digest: digestOf(config), size: config.length, mediaType: ociConfig },
      { digest: digestOf(layer), size: layer.length },
    ];
    const image = imageManifest(content, { annotations: { a: 'b' } });
    const digest = await putManifest(deps, 'v1', image);
    const subject = { mediaType: mediaTypes.ociManifest, digest, size: image.length };
    const referrer = imageManifest(content, { subject });
    await putManifest(deps, digestOf(referrer), referrer);
    const index = Buffer.from(
      JSON.stringify({ schemaVersion: 2, manifests: [subject], mediaType: mediaTypes.ociIndex }),
    );
    await putManifest(deps, 'multi', index, { type: mediaTypes.ociIndex });
    const signing = imageManifest([
      content[0] as (typeof content)[0],
      { ...content[1], mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json' } as never,
    ]);
    await putManifest(deps, `sha256-${digest.slice(7)}.sig`, signing);
    assert.equal(await describeArtifacts({ db, store }, description.missing), 3);
    const before = await rows(world);
    const total = image.length + config.length + layer.length;
    assert.deepEqual(
      before.map((row) => [row.kind, row.total_size, row.accessory_kind, row.described]),
      [
        ['IMAGE', total, null, 1],
        ['IMAGE', referrer.length + config.length + layer.length, 'subject.accessory', 1],
        ['IMAGE', index.length + total, null, 1],
        ['IMAGE', signing.length + config.length + layer.length, 'signature.cosign', 1],
      ],
    );
    assert.deepEqual(JSON.parse(before[0]?.extra_attrs ?? ''), {
      architecture: 'amd64',
      author: '',
      config: {},
      created: 'then',
      os: 'linux',
    });
    assert.equal(before[0]?.annotations, '{"a":"b"}');
    await forget(world);
    // The newest first: an index before its children are known.
    const undescribed = await pageOfUndescribed(db.reader, { after: 0, described: 0, count: 10 });
    const shown = [];
    for (const artifact of undescribed.toReversed())
      shown.push((await describeArtifact({ db, store }, artifact)).totalSize);
    assert.deepEqual(
      shown.toReversed(),
      before.map((row) => row.total_size),
    );
    assert.equal(await describeArtifacts({ db, store }, description.missing), 4);
    assert.deepEqual(await rows(world), before);
    assert.equal(await describeArtifacts({ db, store }, description.missing), 0);
  });

  test(`an index of children that are not there is looked at again (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { deps, db, store } = world;
    const layer = Buffer.from('layer');
    await pushBlob(deps, layer);
    const child = imageManifest([{ digest: digestOf(layer), size: layer.length, mediaType: 'x' }]);
    const index = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        manifests: [{ mediaType: mediaTypes.ociManifest, digest: digestOf(child), size: child.length }],
      }),
    );
    await putManifest(deps, 'multi', index, { type: mediaTypes.ociIndex, sparse: true });
    const sizes = async () => (await rows(world)).map((row) => [row.total_size, row.described]);
    assert.deepEqual(await sizes(), [[index.length + child.length, description.provisional]]);
    await putManifest(deps, 'child', child);
    assert.equal(await describeArtifacts({ db, store }, description.provisional), 1);
    assert.deepEqual((await sizes())[0], [index.length + child.length + layer.length, description.complete]);
  });
}
