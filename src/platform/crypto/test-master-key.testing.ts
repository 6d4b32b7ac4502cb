import { MasterKey } from './master-key.ts';

/** Another one at each call. */
export function testMasterKey(): MasterKey {
  return MasterKey.parse(MasterKey.generate()) as MasterKey;
}
