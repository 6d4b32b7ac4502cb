const dayMs = 86_400_000;

/** @param now epoch milliseconds, as the result: between the beginning of time and now, however many days there are */
export function daysBefore(now: number, days: number): number {
  return Math.min(now, Math.max(0, now - days * dayMs));
}
