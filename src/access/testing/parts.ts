import { MasterKey } from '../../platform/crypto/master-key.ts';
import type { Logger } from '../../platform/log/logger.ts';
import type { RobotSignIns } from '../robots/verify-robot.ts';

export const silentLog: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** The same each time, unless it is to be another one. */
export function testMasterKey(digit = '1'): MasterKey {
  const key = MasterKey.parse(digit.repeat(64));
  if (key === undefined) throw new Error('not a hex digit');
  return key;
}

/** Robots may sign in; nobody writes down that they did. */
export const robotSignIns: RobotSignIns = {
  prefix: () => 'robot$',
  note() {},
};
