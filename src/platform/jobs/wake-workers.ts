const sleepers = new Set<() => void>();

/** Of this process, once something was committed that they may begin: they do not wait for their next look. */
export function wakeWorkers(): void {
  for (const wake of sleepers) wake();
}

export function onWake(wake: () => void): Disposable {
  sleepers.add(wake);
  return { [Symbol.dispose]: () => void sleepers.delete(wake) };
}
