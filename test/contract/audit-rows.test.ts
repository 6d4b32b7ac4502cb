// The audit log of every operation, on SQLite; on PostgreSQL: test/postgres/audit-rows.test.ts.

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after } from 'node:test';
import { BerthServer } from '../harness/start-server.ts';
import { testAuditRows } from './audit-suite.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await testAuditRows(server, () => {
  using db = new DatabaseSync(join(server.data, 'berth.db'), { readOnly: true });
  return Promise.resolve(JSON.stringify(db.prepare('select * from event').all()));
});
