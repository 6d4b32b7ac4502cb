import { isDuty } from '../../roles/duties.ts';
import type { OwnRole } from '../../roles/role-reads.ts';
import { systemAdmin } from '../roles.ts';

/** What is given decides where it can be, and to whom. */
export function kindOfRights(
  role: string,
  own: readonly OwnRole[],
): 'administration' | 'on system' | 'in projects' {
  if (role === systemAdmin) return 'administration';
  return isDuty(role) || own.some(({ name, level }) => name === role && level === 'system')
    ? 'on system'
    : 'in projects';
}
