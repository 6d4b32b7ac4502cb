interface Taken {
  readonly takenAt: number;
}

/** Clocks of hosts differ by less. */
const toleratedMs = 60 * 60 * 1000;

/** Named by a clock that was ahead: when it was taken nobody knows. */
export function isAhead({ takenAt }: Taken, now: number): boolean {
  return takenAt > now + toleratedMs;
}

/** The oldest first; those from the future count as the oldest. */
export function byAge<T extends Taken>(snapshots: readonly T[], now: number): T[] {
  return snapshots.toSorted(
    (a, b) => Number(isAhead(b, now)) - Number(isAhead(a, now)) || a.takenAt - b.takenAt,
  );
}
