import { AppError } from '../../lib/errors.ts';

/**
 * When something ends, in epoch milliseconds; undefined: it does not.
 * @throws AppError BAD_REQUEST
 */
export function readEnd(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text))
    throw new AppError('BAD_REQUEST', {
      message: `"${text.slice(0, 50)}" is no time`,
      detail: 'write it like 2027-03-31T12:00:00Z',
    });
  return at;
}
