import type { OfflineServer } from '../../offline.ts';

type Verify = OfflineServer['verifyStorage'];

export type StorageReport = Awaited<ReturnType<Verify>>;
export type StorageProgress = Parameters<Parameters<Verify>[0]['onProgress']>[0];
