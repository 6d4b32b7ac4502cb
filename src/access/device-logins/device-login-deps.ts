import type { MasterKey } from '../../platform/crypto/master-key.ts';
import type { Database } from '../../platform/db/database.ts';

export interface DeviceLoginDeps {
  readonly db: Database;
  readonly masterKey: Pick<MasterKey, 'nameOf'>;
}

/** Codes that people type are short enough to be tried through by whoever has a dump: the key is not in it. */
export function userCodeHash({ masterKey }: DeviceLoginDeps, code: string): string {
  return masterKey.nameOf(`user code ${code}`);
}

export function deviceCodeHash({ masterKey }: DeviceLoginDeps, code: string): string {
  return masterKey.nameOf(`device code ${code}`);
}
