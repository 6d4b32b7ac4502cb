import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';

/** Harbor's numbers; `local` is Berth's own, of groups that no login provider knows. */
export const groupTypes = { local: 0, ldap: 1, http: 2, oidc: 3 } as const;

export type GroupType = (typeof groupTypes)[keyof typeof groupTypes];

/** Members that an administrator put into the group, as against those that a login provider tells of. */
export const localSource = 'local';

export interface Group {
  readonly id: number;
  readonly name: string;
  readonly type: number;
}

const maxLength = 255;
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** @throws AppError BAD_REQUEST */
export function requireGroupName(name: string): void {
  const isName = name !== '' && name.length <= maxLength && name === name.trim() && name.isWellFormed();
  if (isName && !unseen.test(name)) return;
  throw new AppError('BAD_REQUEST', {
    message: `"${name.slice(0, maxLength)}" is not a name of a group`,
    detail: `use 1 to ${maxLength} characters that can be seen, and no blank at either end`,
    because: because('form wrong', { what: 'name', form: 'group name' }),
  });
}
