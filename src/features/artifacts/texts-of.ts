import { AppError } from '../../lib/errors.ts';
import type { Match } from '../../platform/http/api/parse-list-query.ts';

/** @throws AppError BAD_REQUEST for what compares no texts */
export function textsOf(key: string, match: Match): readonly string[] {
  if (match.kind === 'range' || match.kind === 'all') {
    throw new AppError('BAD_REQUEST', {
      message: `invalid query string value: ${key} is not compared in this way`,
    });
  }
  return 'values' in match ? match.values : [match.value];
}
