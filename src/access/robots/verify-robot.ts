import type { Passwords } from '../../platform/crypto/password.ts';
import { RobotSecrets } from '../../platform/crypto/robot-secrets.ts';
import type { Database } from '../../platform/db/database.ts';
import { robotIsOff } from './robot-is-off.ts';
import { findRobotSecret, findRobotSecretById, type RobotSecret } from './robot-reads.ts';

/** What sign-ins of robots need to know of the settings, and whom they tell. */
export interface RobotSignIns {
  /** What robots' names begin with, at this moment. */
  readonly prefix: () => string;
  readonly note: (robotId: number, use: { readonly address: string; readonly client: string }) => void;
}

/** The robot of a login name, if the name is one of a robot. */
export async function findRobotOfLogin(
  deps: { readonly db: Database; readonly robots: Pick<RobotSignIns, 'prefix'> },
  login: string,
): Promise<RobotSecret | undefined> {
  const prefix = deps.robots.prefix();
  return login.startsWith(prefix) ? findRobotSecret(deps.db.reader, login.slice(prefix.length)) : undefined;
}

/**
 * Whether a robot's secret is right. Who has the right one is told why it is of no use any more.
 * @throws AppError UNAUTHORIZED, TOO_MANY_REQUESTS
 */
export async function verifyRobot(
  deps: { readonly db: Database; readonly passwords: Passwords },
  robot: RobotSecret,
  given: { readonly login: string; readonly secret: string },
): Promise<boolean> {
  const { login, secret } = given;
  if (!(await new RobotSecrets(deps.passwords).verify(secret, robot.secretHash))) return false;
  if (robot.disabled === 1) throw robotIsOff(login, 'disabled');
  if (await hasEnded(deps.db, robot)) throw robotIsOff(login, 'ended');
  return true;
}

/** Undefined once the robot is gone, disabled or expired. */
export async function findSecretVersion(
  deps: { readonly db: Database },
  robotId: number,
): Promise<number | undefined> {
  const { db } = deps;
  const robot = await findRobotSecretById(db.reader, robotId);
  if (robot === undefined || robot.disabled === 1 || (await hasEnded(db, robot))) return undefined;
  return robot.secretVersion;
}

/** By the database's time, which is asked for only where a robot ends. */
async function hasEnded(db: Database, { expiresAt }: RobotSecret): Promise<boolean> {
  return expiresAt !== null && expiresAt <= (await db.now());
}
