import { StartProblem } from '../../../lib/start-problem.ts';
import type { ListenAddress } from '../../config/listen-address.ts';
import type { Logger } from '../../log/logger.ts';
import { Listeners } from '../listeners.ts';

/**
 * Undefined: there is none. An address that nobody asked for may be had by another server on this machine, which is no
 * reason not to start.
 * @throws StartProblem when the address was asked for
 */
export async function bindMetricsListener(
  address: ListenAddress | undefined,
  isDefault: boolean,
  log: Logger,
): Promise<Listeners | undefined> {
  if (address === undefined) return undefined;
  try {
    const { listeners, missing } = await Listeners.bind(address, isDefault);
    if (missing.length > 0) log.warn({ missing }, 'metrics are not served on every address of this machine');
    return listeners;
  } catch (error) {
    if (!(error instanceof StartProblem)) throw error;
    const { code, values } = error;
    if (!isDefault) throw new StartProblem(code, { ...values, option: '--metrics-listen' }, { cause: error });
    log.warn(
      { address: values['address'] },
      'metrics are not served: their address is taken; set metrics_listen',
    );
    return undefined;
  }
}
