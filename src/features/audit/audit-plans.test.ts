import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import { plansOf } from '../../platform/db/testing/plans.ts';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import { typesMeeting } from './audit-kinds.ts';
import { type AuditPage, readAuditLog } from './audit-store.ts';

const rows = 2000;
const whole: AuditPage = {
  places: { kind: 'all' },
  types: typesMeeting([]),
  conditions: [],
  oldestFirst: false,
  offset: 0,
  limit: 10,
  countTo: 10_000,
  robotPrefix: 'robot$',
};

const pages: Readonly<Record<string, AuditPage>> = {
  'the whole log': whole,
  'the oldest of it': { ...whole, oldestFirst: true },
  'that of a project': { ...whole, places: { kind: 'some', projectIds: [7] } },
  'that of projects': { ...whole, places: { kind: 'projects', except: [3] } },
  'one kind of events': { ...whole, types: ['artifact.deleted'] },
  'since a time': { ...whole, conditions: [{ column: 'op_time', is: 'from', value: 1500 }] },
  'of a user': { ...whole, conditions: [{ column: 'username', is: 'equal', value: 'u7' }] },
  'of an object': { ...whole, conditions: [{ column: 'resource', is: 'equal', value: 'shop/app7' }] },
};

async function fill(db: Queries): Promise<void> {
  const list = JSON.stringify(Array.from({ length: rows }, (_, n) => n));
  const [json, n] =
    db.dialect === 'sqlite'
      ? [sql`json_each(${list})`, sql`value`]
      : [sql`json_array_elements_text(${list}::json)`, sql`value::bigint`];
  await sql`insert into event (type, at, actor, address, client, request_id, object, data, project_id)
    select case ${n} % 2 when 0 then 'artifact.pushed' else 'tag.moved' end, ${n}, 'user:' || (${n} % 9), '', '', '',
      'shop/app' || (${n} % 50), '{}', ${n} % 20 from ${json} as each_row`.execute(db.builder);
}

const scans = /\bSCAN event\b(?!.*USING (?:COVERING )?INDEX)|Seq Scan on event\b/;

for (const dialect of dialects) {
  test(`listAuditLogExts: no page reads the whole log, with any condition (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    await opened.db.transaction(fill);
    for (const [name, page] of Object.entries(pages)) {
      const plans = await plansOf(opened.db, (reader) => readAuditLog(reader, page));
      assert.ok(plans.length > 1, name);
      for (const plan of plans) assert.doesNotMatch(plan, scans, name);
    }
  });

  test('rows are counted in the order in which they are listed: no count goes through what lies behind its end', async () => {
    await using opened = await openTestDatabase('sqlite');
    await opened.db.transaction(fill);
    const several: AuditPage = { ...whole, places: { kind: 'some', projectIds: [7, 8, 9] } };
    for (const [name, page] of Object.entries({ ...pages, 'that of several': several })) {
      const plans = await plansOf(opened.db, (reader) => readAuditLog(reader, page));
      const used = plans.flatMap((plan) => /event USING (?:COVERING )?INDEX (\w+)/.exec(plan)?.[1] ?? []);
      assert.equal(new Set(used).size, 1, `${name}: ${plans.join('; ')}`);
    }
  });
}
