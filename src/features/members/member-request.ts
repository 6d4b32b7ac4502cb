import type { NewMember } from '../../access/grants/add-member.ts';
import { type ProjectRole, projectRoles, roleIds } from '../../access/grants/roles.ts';
import { AppError } from '../../lib/errors.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';

const id = { type: 'integer', format: 'int64' } as const;
const roleId = {
  ...id,
  description: '1 projectAdmin, 2 developer, 3 guest, 4 maintainer, 5 limitedGuest.',
} as const;

export const roleSchema = {
  type: 'object',
  properties: { role_id: roleId },
} as const satisfies ObjectSchema;

export const newMemberSchema = {
  type: 'object',
  properties: {
    role_id: roleId,
    member_user: {
      type: 'object',
      description: 'By id or by name.',
      properties: { user_id: id, username: { type: 'string' } },
    },
    member_group: {
      type: 'object',
      description: 'By id, or by name and type.',
      properties: {
        id,
        group_name: { type: 'string' },
        group_type: id,
        ldap_group_dn: { type: 'string', description: 'Needs LDAP, which this version does not have.' },
      },
    },
  },
} as const satisfies ObjectSchema;

export interface MemberRequest {
  readonly role_id?: number;
  readonly member_user?: { readonly user_id?: number; readonly username?: string };
  readonly member_group?: {
    readonly id?: number;
    readonly group_name?: string;
    readonly group_type?: number;
    readonly ldap_group_dn?: string;
  };
}

/** @throws AppError BAD_REQUEST */
export function parseRoleId(number: number | undefined): ProjectRole {
  const role = projectRoles.find((each) => roleIds[each] === number);
  if (role !== undefined) return role;
  throw new AppError('BAD_REQUEST', {
    message: `there is no role ${number ?? 0}: 1 projectAdmin, 2 developer, 3 guest, 4 maintainer, 5 limitedGuest`,
  });
}

/**
 * Whom a request means, in the order in which Harbor looks: ids before names, users before groups.
 * @throws AppError BAD_REQUEST
 */
export function memberRequest({
  member_user: user = {},
  member_group: group = {},
}: MemberRequest): NewMember {
  if ((user.user_id ?? 0) > 0) return { kind: 'user', id: user.user_id ?? 0 };
  if ((group.id ?? 0) > 0) return { kind: 'group', id: group.id ?? 0 };
  if ((user.username ?? '') !== '') return { kind: 'user', name: user.username ?? '' };
  if ((group.ldap_group_dn ?? '') !== '' || group.group_type === 1)
    throw new AppError('BAD_REQUEST', { message: 'a group of type 1 needs LDAP, not in this version' });
  if ((group.group_name ?? '') !== '')
    return { kind: 'group', name: group.group_name ?? '', type: group.group_type ?? 0 };
  throw new AppError('BAD_REQUEST', { message: 'the request names neither a user nor a group' });
}
