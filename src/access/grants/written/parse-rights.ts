import { AppError } from '../../../lib/errors.ts';
import type { OwnRole } from '../../roles/role-reads.ts';
import { actions, actionsText, isAction } from '../actions.ts';
import { parseRole } from './parse-role.ts';

/**
 * What somebody is given: a role, or actions (`pull,push`), which come back each once and in one order.
 * @throws AppError BAD_REQUEST
 */
export function parseRights(text: string, own: readonly Pick<OwnRole, 'name'>[]): string {
  const words = text.split(',').map((word) => word.trim());
  const asked = words.map((word) => word.toLowerCase());
  if (asked.every(isAction)) return actionsText(asked);
  if (words.length === 1) return parseRole(text.trim(), own);
  const wrong = words.find((_, at) => !isAction(asked[at] ?? '')) ?? '';
  throw new AppError('BAD_REQUEST', {
    message: `"${wrong.slice(0, 64)}" is no action`,
    detail: `the actions are ${actions.join(', ')}; a role stands alone`,
  });
}
