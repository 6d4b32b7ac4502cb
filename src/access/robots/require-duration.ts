import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';

const maxDays = 2 ** 31 - 1;
const dayMs = 24 * 60 * 60 * 1000;

/** @throws AppError BAD_REQUEST */
export function requireDuration(days: number): void {
  if (days === -1 || (Number.isSafeInteger(days) && days >= 1 && days <= maxDays)) return;
  throw new AppError('BAD_REQUEST', {
    message: `bad request error duration input: ${days}`,
    detail: `give days from 1 to ${maxDays}, or -1 for no end`,
    because: because('number wrong', { what: 'duration', least: '1', most: String(maxDays), also: '-1' }),
  });
}

/** When a robot of that age ends, or null; the longest durations are beyond what a number of milliseconds can say. */
export function endOf(createdAt: number, durationDays: number): number | null {
  return durationDays === -1 ? null : Math.min(createdAt + durationDays * dayMs, Number.MAX_SAFE_INTEGER);
}
