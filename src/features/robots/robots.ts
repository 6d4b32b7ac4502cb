import type { RestRoute } from '../../access/rest-route.ts';
import { robotUse } from '../../access/robots/robot-use.ts';
import type { RobotSignIns } from '../../access/robots/verify-robot.ts';
import type { Passwords } from '../../platform/crypto/password.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { permissionRoutes } from './permission-routes.ts';
import { robotRoutes } from './routes.ts';

export interface RobotsDeps {
  readonly db: Database;
  readonly passwords: Passwords;
  /** What robots' names begin with, at this moment. */
  readonly prefix: () => string;
  readonly log: Logger;
}

/** Robot accounts: their operations, and what their sign-ins need. */
export function createRobots(deps: RobotsDeps): AsyncDisposable & {
  readonly routes: readonly RestRoute[];
  readonly signIns: RobotSignIns;
} {
  const use = robotUse(deps);
  return {
    routes: [...robotRoutes(deps), ...permissionRoutes()],
    signIns: { prefix: deps.prefix, note: (...of) => use.note(...of) },
    [Symbol.asyncDispose]: () => use[Symbol.asyncDispose](),
  };
}
