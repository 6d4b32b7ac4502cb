import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explanationOf, placeOfEvent } from './event-place.ts';

const digest = `sha256:${'0'.repeat(64)}`;

test('a refused pull, push or deletion leads to its explanation, and nothing else does', () => {
  const refused = { event: 'artifact.pulled', result: 'refused', username: 'bob' } as const;
  const object = 'pay/team/api:v1';
  assert.equal(
    explanationOf({ ...refused, object }),
    '/access/explain?who=bob&action=pull&where=pay%2Fteam%2Fapi%3Av1',
  );
  assert.equal(
    explanationOf({ ...refused, object: `pay/api@${digest}`, username: 'robot$pay+ci' }),
    '/access/explain?who=robot%24pay%2Bci&action=pull&where=pay%2Fapi',
  );
  assert.match(explanationOf({ ...refused, event: 'tag.moved', object }) ?? '', /action=push/);
  assert.equal(explanationOf({ ...refused, object, result: 'done' }), undefined);
  assert.equal(explanationOf({ ...refused, object: 'many' }), undefined);
  assert.equal(explanationOf({ ...refused, object, username: 'user:7' }), undefined);
  assert.equal(explanationOf({ ...refused, object, event: 'project.updated' }), undefined);
});

test('an event about content has a place; a rule that is numbered like one has none', () => {
  const pay = { project: 'pay', repository: 'api' };
  assert.deepEqual(placeOfEvent({ event: 'repository.updated', object: 'pay/api' }), pay);
  assert.deepEqual(placeOfEvent({ event: 'tag.moved', object: 'pay/api:v1' }), { ...pay, tag: 'v1' });
  assert.deepEqual(placeOfEvent({ event: 'artifact.pulled', object: `pay/api@${digest}` }), {
    ...pay,
    digest,
  });
  assert.equal(placeOfEvent({ event: 'immutable.created', object: 'pay/1' }), undefined);
});
