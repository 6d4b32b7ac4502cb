// The real server under strace: before each answer that promises something, all that its request has written, created,
// renamed or removed has to be on stable storage.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedSource } from '../../harness/changed-source.ts';
import { BerthServer, NotStarted } from '../../harness/start-server.ts';
import { faultsOfFiles, faultsOfSqlite } from './planted-faults.ts';
import { traceSuite } from './trace-suite.ts';

traceSuite({
  onDatabase: (work) => work({}),
  // Frames of the log: each has a header and a page.
  rows: { logWrites: 2, logSyncs: 1 },
  faults: [...faultsOfFiles, ...faultsOfSqlite],
});

test('a planted fault whose place is gone keeps the server from starting', async () => {
  const gone = { module: 'platform/db/sqlite/log-file', find: 'what is not there', replace: '' };
  await assert.rejects(
    BerthServer.start({ env: changedSource([gone]) }),
    (error) => error instanceof NotStarted && error.message.includes(`${gone.module} has to have this once`),
  );
});
