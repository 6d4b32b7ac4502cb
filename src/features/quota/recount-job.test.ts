import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { openRestWorld } from '../../access/testing/rest-world.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { createRecountJob } from './recount-job.ts';

for (const dialect of dialects) {
  test(`a usage that is wrong is named and put right, and then none is (${dialect})`, async () => {
    await using world = await openRestWorld(dialect, () => []);
    const { db } = world;
    await db.transaction((tx) => sql`update project_usage set used_bytes = 7`.execute(tx.builder));
    const run = async (signal = new AbortController().signal) => {
      const lines: string[] = [];
      let found: unknown;
      const result = (facts: unknown): void => {
        found = facts;
      };
      const log = (line: string): void => void lines.push(line);
      const job = { id: 1, executionId: 1 };
      await createRecountJob({ db }).run({ input: null, job, signal, progress: () => {}, log, result });
      return { lines, found };
    };
    await assert.rejects(run(AbortSignal.abort(new Error('stop'))), { message: 'stop' });
    assert.deepEqual(await run(), {
      lines: ['library: 7 bytes were recorded, 0 are there', '1 usages were put right'],
      found: { projects: 1, wrong: 1 },
    });
    assert.deepEqual(await run(), {
      lines: ['every usage is what it should be'],
      found: { projects: 1, wrong: 0 },
    });
  });
}
