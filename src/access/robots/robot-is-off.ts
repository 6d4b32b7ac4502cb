import { AppError } from '../../lib/errors.ts';

/** Why an account that is there, or a robot account, cannot be used. */
export type OffReason = 'disabled' | 'ended';

/** What a robot account with the right secret is told. */
export function robotIsOff(login: string, why: OffReason): AppError {
  const state = why === 'disabled' ? 'is disabled' : 'has expired';
  return new AppError('UNAUTHORIZED', { message: `the robot account ${login} ${state}` });
}
