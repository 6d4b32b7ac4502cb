import { StartProblem } from '../../../lib/start-problem.ts';
import type { ListenAddress } from '../../config/listen-address.ts';
import type { Logger } from '../../log/logger.ts';
import { Listeners } from '../listeners.ts';

export interface MetricsListener {
  /** Undefined: there is none. */
  readonly listeners: Listeners | undefined;
  /** Says in the log what could not be had: of a start that is refused, only the reason is told. */
  readonly announce: (log: Logger) => void;
}

/**
 * An address that nobody asked for may be had by another server on this machine, which is no reason not to start.
 * @throws StartProblem when the address was asked for
 */
export async function bindMetricsListener(
  address: ListenAddress | undefined,
  isDefault: boolean,
): Promise<MetricsListener> {
  if (address === undefined) return { listeners: undefined, announce() {} };
  try {
    const { listeners, missing } = await Listeners.bind(address, isDefault);
    const announce = (log: Logger): void => {
      if (missing.length > 0)
        log.warn({ missing }, 'metrics are not served on every address of this machine');
    };
    return { listeners, announce };
  } catch (error) {
    if (!(error instanceof StartProblem)) throw error;
    const { code, values } = error;
    if (!isDefault) throw new StartProblem(code, { ...values, option: '--metrics-listen' }, { cause: error });
    return {
      listeners: undefined,
      announce: (log) =>
        log.warn(
          { address: values['address'] },
          'metrics are not served: their address is taken; set metrics_listen',
        ),
    };
  }
}
