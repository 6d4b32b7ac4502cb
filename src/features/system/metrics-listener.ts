import type { StateDeps } from './state-route.ts';

/**
 * As somebody looks for it who asks why there are no metrics.
 * @param asked where it was to listen
 * @param port at which it listens; undefined: it does not
 */
export function metricsListenerOf(
  asked: { readonly host: string; readonly port: number } | undefined,
  port: number | undefined,
): StateDeps['metricsListener'] {
  if (asked === undefined) return { state: 'off', address: undefined };
  const host = asked.host === '' ? '*' : asked.host;
  return {
    state: port === undefined ? 'taken' : 'listening',
    address: `${host.includes(':') ? `[${host}]` : host}:${port ?? asked.port}`,
  };
}
