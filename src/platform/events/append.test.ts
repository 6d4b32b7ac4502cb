import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventTypes, isStepType } from '../../lib/event-types.ts';
import { dialects, openTestDatabase } from '../db/testing/test-database.ts';
import { append, appendAll, appendWithId, type NewEvent, systemActor } from './append.ts';
import { insertEvent, insertEvents, insertEventWithId } from './event-writes.ts';
import { silenceEvents } from './silence-events.ts';

const event = { at: 1, actor: systemActor, projectId: null, object: 'x' } as const;

for (const dialect of dialects) {
  test(`a step is told from what the log leaves out, and both from what it shows (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await silenceEvents({ db }, ['artifact.pulled', 'tag.deleted']);
    const written: readonly (readonly [Pick<NewEvent, 'type' | 'step'>, number])[] = [
      [{ type: 'artifact.pushed' }, 0],
      [{ type: 'artifact.pulled' }, 1],
      [{ type: 'tag.deleted.refused' }, 0],
      [{ type: 'tag.moved', step: true }, 2],
      [{ type: 'artifact.pulled', step: true }, 2],
      ...eventTypes.filter(isStepType).map((type) => [{ type }, 2] as const),
    ];
    const ids = await db.transaction(async (tx) => {
      const given: number[] = [];
      for (const [of] of written) {
        await append(tx, { ...event, ...of });
        given.push(await appendWithId(tx, { ...event, ...of }));
        await appendAll(tx, { ...of, at: 1, rows: [event, event] });
      }
      return given;
    });
    const rows = await db.reader.builder.selectFrom('event').select(['id', 'hidden']).orderBy('id').execute();
    assert.deepEqual(
      rows.map(({ hidden }) => hidden),
      written.flatMap(([, hidden]) => Array.from({ length: 4 }, () => hidden)),
    );
    assert.deepEqual(
      ids,
      written.map((_, no) => rows[no * 4 + 1]?.id),
    );
  });
}

test('SQLite writes an event by a statement that it need not compile anew for what it is given', () => {
  for (const query of [insertEvent, insertEventWithId, insertEvents])
    assert.doesNotMatch(query.statement('sqlite').sql, /\b(?:like|glob)\b/i);
});
