import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StartProblem, type StartProblemCode } from '../../../lib/start-problem.ts';
import type { MoveMark } from './move-mark.ts';
import { type FoundTarget, planMove } from './plan-move.ts';

const position = { table: 'tag', after: [17], rows: 400 };
const coming: MoveMark = {
  moveId: 'm',
  state: 'coming',
  storeId: 's',
  schema: 7,
  other: 'SQLite',
  position: JSON.stringify(position),
};
const begun: MoveMark = { ...coming, state: 'begun', position: '' };
const empty: FoundTarget = { move: undefined, isRegistry: false, isForeign: false, isServed: false };
const bound: FoundTarget = { ...empty, move: { ...coming, state: 'arrived' }, isRegistry: true };

function plan(mark: MoveMark | undefined, found: FoundTarget): unknown {
  return planMove({ mark, storeId: 's', schema: 7, to: 'there' }, found);
}

function refuses(code: StartProblemCode, mark: MoveMark | undefined, found: FoundTarget): void {
  assert.throws(
    () => plan(mark, found),
    (error) => error instanceof StartProblem && error.code === code,
    code,
  );
}

test('an empty database is begun with, and an unfinished move of this very database goes on', () => {
  assert.deepEqual(plan(undefined, empty), { kind: 'begin' });
  assert.deepEqual(plan(begun, empty), { kind: 'begin' });
  const resumed = { kind: 'resume', position };
  assert.deepEqual(plan(begun, { ...empty, move: coming }), resumed);
  assert.deepEqual(plan({ ...begun, state: 'moved' }, { ...empty, move: coming }), resumed);
});

test('what was copied before the registry was served again, or in another schema, is copied anew', () => {
  assert.deepEqual(plan(undefined, { ...empty, move: coming }), { kind: 'begin' });
  assert.deepEqual(plan({ ...begun, moveId: 'n' }, { ...empty, move: coming }), { kind: 'begin' });
  assert.deepEqual(plan(begun, { ...empty, move: { ...coming, schema: 6 } }), { kind: 'begin' });
});

test('a database that has all of it already is known by its move, also while it is served', () => {
  assert.deepEqual(plan({ ...begun, state: 'moved' }, bound), { kind: 'arrived' });
  assert.deepEqual(plan({ ...begun, state: 'moved' }, { ...bound, isServed: true }), { kind: 'arrived' });
  refuses('moveTargetTaken', { ...begun, state: 'moved', moveId: 'n' }, bound);
  refuses('moveTargetTaken', undefined, bound);
});

test('anything else that is there is left alone', () => {
  refuses('moveTargetTaken', undefined, { ...empty, isRegistry: true });
  refuses('moveTargetTaken', undefined, { ...empty, isForeign: true });
  refuses('moveTargetTaken', begun, { ...empty, move: { ...coming, storeId: 'of another' } });
  refuses('moveTargetServed', begun, { ...empty, move: coming, isServed: true });
  refuses('moveTargetServed', undefined, { ...empty, isRegistry: true, isServed: true });
});
