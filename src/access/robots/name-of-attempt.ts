import type { MasterKey } from '../../platform/crypto/master-key.ts';
import type { Database } from '../../platform/db/database.ts';
import { findUser } from '../users/user-reads.ts';
import { findRobotOfLogin, type RobotSignIns } from './verify-robot.ts';

/**
 * What the audit log calls somebody who did not get in. People type passwords where names belong: what is nobody's name is
 * told by a keyed hash, by which attempts with the same can be found, and the text cannot.
 */
export async function nameOfAttempt(
  deps: {
    readonly db: Database;
    readonly masterKey: Pick<MasterKey, 'nameOf'>;
    readonly robots: Pick<RobotSignIns, 'prefix'>;
  },
  tried: string,
): Promise<string> {
  const known =
    (await findUser(deps.db.reader, tried)) !== undefined ||
    (await findRobotOfLogin(deps, tried)) !== undefined;
  return known ? tried : `unknown:${deps.masterKey.nameOf(tried).slice(0, 12)}`;
}
