// The audit log of every operation, on PostgreSQL.

import { after } from 'node:test';
import { testAuditRows } from '../contract/audit-suite.ts';
import { SharedDatabase } from './two-servers.ts';

const database = await SharedDatabase.create();
after(() => database[Symbol.asyncDispose]());
const server = await database.start('audited');
await testAuditRows(server, async () => JSON.stringify(await database.query('select * from event')));
