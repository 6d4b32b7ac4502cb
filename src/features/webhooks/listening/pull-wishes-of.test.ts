import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld, projectId } from '../../../content/testing/world.ts';
import type { Database } from '../../../platform/db/database.ts';
import { dialects } from '../../../platform/db/testing/test-database.ts';
import { addWebhook } from '../webhook-store.ts';
import { pullWishesOf } from './pull-wishes-of.ts';

async function add(db: Database, of: { pattern: string; kind: string; enabled?: number }): Promise<void> {
  await db.transaction((tx) =>
    addWebhook(tx, {
      projectId: null,
      projectPattern: of.pattern,
      name: `${of.pattern} ${of.kind}`,
      description: '',
      targets: '[]',
      secrets: new Uint8Array(),
      wrappedBy: '',
      eventTypes: JSON.stringify([of.kind]),
      filters: '{"repositories":[],"tags":[],"labels":[]}',
      enabled: of.enabled ?? 1,
      creator: 'admin',
      now: 0,
    }),
  );
}

for (const dialect of dialects)
  test(`a webhook of the system asks for pulls of the projects that its pattern names (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    let on = true;
    const wishes = pullWishesOf(db, () => on);
    const asks = async (): Promise<boolean> => {
      await wishes.refresh();
      return wishes.has(projectId);
    };
    await add(db, { pattern: 'other-*', kind: 'PULL_ARTIFACT' });
    await add(db, { pattern: 'lib*', kind: 'PUSH_ARTIFACT' });
    await add(db, { pattern: 'libr*', kind: 'PULL_ARTIFACT', enabled: 0 });
    assert.equal(await asks(), false);
    await add(db, { pattern: 'lib*', kind: 'PULL_ARTIFACT' });
    assert.equal(await asks(), true);
    on = false;
    assert.equal(await asks(), false);
  });
