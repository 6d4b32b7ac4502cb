import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layersOf, shortInstruction } from './read-config.ts';

const layer = (digest: string) => ({ digest, size: 1, mediaType: 'x' });

test('layers are told with the instruction that made each, where the history has one for each', () => {
  const manifest = { layers: [layer('a'), layer('b')] };
  const history = [
    { created_by: 'ADD x' },
    { created_by: 'ENV A=b', empty_layer: true },
    { created_by: 'COPY y' },
  ];
  assert.deepEqual(
    layersOf(manifest, history).map(({ instruction }) => instruction),
    ['ADD x', 'COPY y'],
  );
  assert.deepEqual(
    layersOf(manifest, [{ created_by: 'ADD x' }]).map(({ instruction }) => instruction),
    [undefined, undefined],
  );
});

test('whatever was pushed is read without a fault', () => {
  for (const manifest of [undefined, null, 1, 'x', [], {}, { layers: {} }, { layers: 'x' }])
    assert.deepEqual(layersOf(manifest, manifest), []);
  assert.deepEqual(layersOf({ layers: [null, { size: 'x', digest: 1 }] }, [null]), [
    { digest: '', size: 0, mediaType: '', instruction: undefined },
    { digest: '', size: 0, mediaType: '', instruction: undefined },
  ]);
});

test('an instruction is shown as it stood in the Dockerfile', () => {
  assert.equal(shortInstruction('/bin/sh -c #(nop)  CMD ["sh"]'), 'CMD ["sh"]');
  assert.equal(shortInstruction('/bin/sh -c apt-get   update'), 'RUN apt-get update');
  assert.equal(shortInstruction('COPY . /app # buildkit'), 'COPY . /app');
});
