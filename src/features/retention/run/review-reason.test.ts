import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reviewReason as reasonOf } from './review-reason.ts';

const known = { version: 3, approvedVersion: 3 };
type Review = typeof reasonOf;
const reviewReason = (...[policy, totals]: [Parameters<Review>[0], Parameters<Review>[1]]) =>
  reasonOf(policy, totals, false);

const totals = {
  artifacts: 100,
  dropped: 5,
  tags: 100,
  droppedTags: 20,
  freedBytes: 1,
  collectedBytes: 1,
  droppedPulledTags: 0,
};

test('what was reviewed and drops little goes on', () => {
  assert.equal(reviewReason(known, totals), undefined);
});

test('over 20 % of the tags, a tag that was pulled lately, and a policy that changed need a review', () => {
  assert.match(
    reviewReason(known, { ...totals, droppedTags: 21 }) ?? '',
    /^it would drop 21 of 100 tags, which/,
  );
  assert.match(
    reviewReason(known, { ...totals, droppedPulledTags: 1 }) ?? '',
    /^it would drop 1 tags that were pulled/,
  );
  assert.match(
    reviewReason({ version: 3, approvedVersion: 2 }, totals) ?? '',
    /^it is the first run of the policy/,
  );
});

test('what drops nothing needs no review', () => {
  assert.equal(
    reviewReason({ version: 1, approvedVersion: 0 }, { ...totals, dropped: 0, droppedTags: 0 }),
    undefined,
  );
});

test('the first run after an import needs a review', () => {
  assert.match(reasonOf(known, totals, true) ?? '', /^it is the first run since content was imported/);
  assert.equal(reasonOf(known, { ...totals, dropped: 0, droppedTags: 0 }, true), undefined);
});
