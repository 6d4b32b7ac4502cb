import { LastUse, type LastUseDeps } from '../last-use/last-use.ts';
import { setRobotUse } from './robot-writes.ts';

export function robotUse(deps: Pick<LastUseDeps, 'db' | 'log'>): LastUse {
  return new LastUse({ ...deps, what: 'robot accounts', write: setRobotUse });
}
