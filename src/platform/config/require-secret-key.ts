import { StartProblem } from '../../lib/start-problem.ts';
import type { Config } from './load-config.ts';

/**
 * A key file would be one for each instance, and what one encrypts the others have to read.
 * @throws StartProblem secretKeyNeeded
 */
export function requireSecretKey(config: Pick<Config, 'databaseUrl' | 'secretKey'>): void {
  if (config.databaseUrl !== undefined && config.secretKey === undefined)
    throw new StartProblem('secretKeyNeeded');
}
