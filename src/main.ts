import { isMainThread, workerData } from 'node:worker_threads';
import type { ThreadData, ThreadRole } from './platform/threads/threads.ts';

const threadModules: Readonly<Record<ThreadRole, () => Promise<unknown>>> = {
  bcrypt: () => import('./platform/crypto/bcrypt-thread.ts'),
  checkpoint: () => import('./platform/db/sqlite/checkpoint-thread.ts'),
  dump: () => import('./platform/db/sqlite/dump-thread.ts'),
  files: () => import('./platform/layers/files-thread.ts'),
  hash: () => import('./platform/threads/hash-thread.ts'),
  layer: () => import('./platform/layers/layer-thread.ts'),
  removal: () => import('./platform/blobstore/removal/removal-thread.ts'),
};

if (isMainThread) {
  const { run } = await import('./cli/run.ts');
  process.exitCode = await run(process.argv.slice(2), new URL(import.meta.url));
} else {
  await threadModules[(workerData as ThreadData).role]();
}
