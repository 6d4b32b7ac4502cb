const seconds = [5, 15, 60, 300, 900, 1800, 3600] as const;

/** The last attempt is made within two hours of the first. */
export const attemptLimit = seconds.length + 1;

/**
 * How long a delivery waits after an attempt that failed, up to a fifth longer so that not all come back at once.
 * @param attempts how many were made
 * @param chance from 0 to 1
 */
export function waitMs(attempts: number, chance: number): number {
  return Math.round((seconds[attempts - 1] ?? 3600) * 1000 * (1 + chance / 5));
}
