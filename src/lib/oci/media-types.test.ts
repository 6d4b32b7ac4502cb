import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNonDistributable, manifestShapes, mediaTypes } from './media-types.ts';

test('both families of manifests may be pushed, as images and as indexes', () => {
  assert.deepEqual(Object.fromEntries(manifestShapes), {
    'application/vnd.oci.image.manifest.v1+json': 'image',
    'application/vnd.docker.distribution.manifest.v2+json': 'image',
    'application/vnd.oci.image.index.v1+json': 'index',
    'application/vnd.docker.distribution.manifest.list.v2+json': 'index',
  });
});

test('manifests of schema 1 may not be pushed', () => {
  assert.equal(manifestShapes.has(mediaTypes.dockerSchema1), false);
  assert.equal(manifestShapes.has(mediaTypes.dockerSchema1Signed), false);
});

test('layers of both families may stay with their vendor, packed in any way', () => {
  for (const type of [
    'application/vnd.oci.image.layer.nondistributable.v1.tar',
    'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
    'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd',
    'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    'application/vnd.docker.image.rootfs.foreign.diff.tar',
  ])
    assert.equal(isNonDistributable(type), true, type);
});

test('all other layers have to be pushed', () => {
  for (const type of [
    '',
    'application/vnd.oci.image.layer.v1.tar+gzip',
    'application/vnd.docker.image.rootfs.diff.tar.gzip',
    'application/vnd.oci.image.layer.nondistributable',
    'x application/vnd.oci.image.layer.nondistributable.v1.tar',
    'application/vnd.example+json',
  ])
    assert.equal(isNonDistributable(type), false, type);
});
