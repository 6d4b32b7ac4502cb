import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareConfigs } from './compare-configs.ts';
import { compareLayers } from './compare-layers.ts';
import { platformsOf } from './platforms-of.ts';
import type { ImageLayer } from './read-image.ts';

const layer = (digest: string): ImageLayer => ({ digest, mediaType: '', sizeBytes: 1, createdBy: undefined });
const compared = (before: string, after: string): unknown => {
  const { layers, shared } = compareLayers(before.split('').map(layer), after.split('').map(layer));
  return [shared, layers.map((each) => `${each.change} ${each.layer.digest}`).join(', ')];
};

test('layers are compared from the bottom, and one that stands elsewhere is the same', () => {
  assert.deepEqual(compared('abc', 'abd'), [2, 'same a, same b, removed c, added d']);
  assert.deepEqual(compared('abc', 'xbc'), [0, 'removed a, added x, same b, same c']);
  assert.deepEqual(compared('a', 'a'), [1, 'same a']);
  assert.deepEqual(compared('', 'a'), [0, 'added a']);
  assert.deepEqual(compared('aa', 'a'), [1, 'same a']);
});

test('configs are compared by variable, label, port and all else that they say', () => {
  const of = (config: object, annotations: object = {}) => ({
    manifest: { annotations },
    config: { config },
  });
  const differences = compareConfigs(
    of({
      Env: ['A=1', 'B=2', 'C='],
      Cmd: ['a'],
      User: '',
      Labels: { x: 'y' },
      ExposedPorts: { '80/tcp': {} },
    }),
    of(
      { Env: ['A=1', 'B=3', 'D'], Cmd: ['a', 'b'], User: 'app', Labels: { x: 'y' }, ExposedPorts: null },
      { n: '1' },
    ),
  );
  assert.deepEqual(
    differences.map(({ section, name, before, after }) => [section, name, before, after]),
    [
      ['Cmd', '', '["a"]', '["a","b"]'],
      ['Env', 'B', '2', '3'],
      ['Env', 'C', '""', undefined],
      ['ExposedPorts', '80/tcp', '{}', undefined],
      ['User', '', undefined, 'app'],
      ['Env', 'D', undefined, '""'],
      ['annotations', 'n', undefined, '1'],
    ],
  );
});

test('whatever was pushed as a config is compared without a fault', () => {
  for (const config of [undefined, {}, { config: [] }, { config: { Env: 'x', Labels: [1], Cmd: 7 } }])
    assert.ok(compareConfigs({ manifest: {}, config }, { manifest: { annotations: 3 }, config: undefined }));
});

test('the platforms of an index are named, without attestations', () => {
  const platform = (os: string, architecture: string, variant?: string) => ({ os, architecture, variant });
  const manifests = [
    { digest: 'a', platform: platform('linux', 'amd64') },
    { digest: 'b', platform: platform('linux', 'arm', 'v7') },
    { digest: 'c', platform: platform('unknown', 'unknown') },
    { digest: 'd' },
  ];
  assert.deepEqual(
    [...platformsOf({ manifests })],
    [
      ['linux/amd64', 'a'],
      ['linux/arm/v7', 'b'],
    ],
  );
});
