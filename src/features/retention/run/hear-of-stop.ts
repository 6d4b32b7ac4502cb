import { once } from 'node:events';

/** Ends a run whose job was told to stop: as soon as it hears of that, so that it counts as stopped. */
export async function hearOfStop(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
  signal.throwIfAborted();
}
