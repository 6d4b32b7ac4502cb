import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../harness/berth-command.ts';
import { changedSource } from '../harness/changed-source.ts';

const sweeps = pathToFileURL(join(root, 'src/content/blobs/testing/run-sweeps.ts'));

/** A collection of garbage that follows the rules of the real one runs inside the server. */
export const withSweeps = {
  env: changedSource([
    {
      module: 'app',
      find: 'const hashes = new UploadHashes(hashPool);',
      replace: `const hashes = new UploadHashes(hashPool);
        const sweeps = await import(${JSON.stringify(sweeps)});
        void sweeps.runSweeps({ db, store, log: log.of('sweeps'), worker: instance });`,
    },
  ]),
};
