import assert from 'node:assert/strict';
import { test } from 'node:test';
import { permissions } from '../../src/access/grants/roles.ts';
import { systemPermissions } from '../../src/access/grants/system-permissions.ts';
import { eventKinds } from '../../src/features/webhooks/event-kinds.ts';
import { hasPhrase } from '../../web/src/pages/access/explain/action-phrase.ts';
import { eventKindTexts } from '../../web/src/pages/webhooks/event-kind-text.ts';

test('the console has words for everything that somebody may', () => {
  const bare = [
    ...permissions.filter((permission) => !hasPhrase(permission, 'shop')),
    ...systemPermissions.filter((permission) => !hasPhrase(permission, 'system')),
  ];
  assert.deepEqual(bare, []);
});

test('the console has a name for every kind of event that a webhook tells of', () => {
  assert.deepEqual(Object.keys(eventKindTexts).toSorted(), eventKinds.toSorted());
});
