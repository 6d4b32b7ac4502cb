import { LastUse, type LastUseDeps } from '../last-use/last-use.ts';
import { setTokenUse } from './token-writes.ts';

export function tokenUse(deps: Pick<LastUseDeps, 'db' | 'log'>): LastUse {
  return new LastUse({ ...deps, what: 'personal tokens', write: setTokenUse });
}
