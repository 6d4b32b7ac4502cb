import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activityDefaults, auditQuery, exportAddress, exportCommand } from './audit-query.ts';

const now = Date.parse('2026-05-04T12:00:00Z');

test('names are looked for by a part, and as a whole behind an equals sign', () => {
  const search = { ...activityDefaults, actor: ' ann ', object: '=team/app:v1', result: 'neither' };
  assert.deepEqual(auditQuery(search, now), { actor: '~ann', object: 'team/app:v1' });
});

test('a span ends now, and own days are whole ones', () => {
  assert.deepEqual(auditQuery({ ...activityDefaults, since: '24h' }, now), {
    from: '2026-05-03T12:00:00.000Z',
  });
  const own = auditQuery({ ...activityDefaults, since: 'own', from: '2026-05-01', to: '2026-05-02' }, now);
  assert.equal(Date.parse(own.to ?? '') - Date.parse(own.from ?? ''), 2 * 86_400_000);
  assert.deepEqual(auditQuery({ ...activityDefaults, from: '1 May', since: 'long ago' }, now), {});
});

test('the export is asked for by exactly the filter, also as a command', () => {
  const query = auditQuery({ ...activityDefaults, actor: "o'neil", project: 'team' }, now);
  assert.equal(exportCommand(query), `berth audit export -o audit.csv --actor '~o'\\''neil' --project team`);
  assert.equal(
    exportAddress(query, 'csv'),
    '/api/berth/v1/audit/export?actor=%7Eo%27neil&project=team&format=csv&sort=-op_time',
  );
});
