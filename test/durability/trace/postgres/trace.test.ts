// The same on PostgreSQL: Berth's own files are on stable storage before the COMMIT that speaks of them is sent, and the
// COMMIT is answered before the client is. What PostgreSQL does before it answers is its own.

import { SharedDatabase, secretKey } from '../../../postgres/two-servers.ts';
import { faultsOfFiles, faultsOfPostgres } from '../planted-faults.ts';
import { traceSuite } from '../trace-suite.ts';

/** Which files are synced does not depend on the database: that all of their faults are noticed is seen on SQLite. */
const ofFiles = process.env['BERTH_TEST_FULL'] === '1' ? faultsOfFiles : faultsOfFiles.slice(0, 1);

traceSuite({
  onDatabase: async (work) => {
    await using database = await SharedDatabase.create();
    return await work({ BERTH_DATABASE_URL: database.url, BERTH_SECRET_KEY: secretKey });
  },
  rows: { logWrites: 1, logSyncs: 1 },
  faults: [...ofFiles, ...faultsOfPostgres],
});
