import type { PagedUser } from '../../access/users/user-page-reads.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';
import { withoutZeros } from '../../platform/http/api/without-zeros.ts';

export const userSchema = {
  type: 'object',
  properties: {
    user_id: { type: 'integer', format: 'int64' },
    username: { type: 'string' },
    email: { type: 'string' },
    realname: { type: 'string' },
    comment: { type: 'string' },
    sysadmin_flag: { type: 'boolean' },
    admin_role_in_auth: {
      type: 'boolean',
      description: 'Whether a login provider says so; there is none, so never.',
    },
    disabled: { type: 'boolean', description: "Berth's own; absent: it may sign in." },
    creation_time: { type: 'string', format: 'date-time' },
    update_time: { type: 'string', format: 'date-time' },
  },
} as const satisfies ObjectSchema;

/** An account as Harbor prints it. */
export function userView(user: PagedUser): Readonly<Record<string, unknown>> {
  const { id, username, email, realname, comment } = user;
  return {
    ...withoutZeros({ user_id: id, username, email: email ?? '', realname, comment }),
    sysadmin_flag: user.systemAdmin,
    admin_role_in_auth: false,
    ...(user.disabled ? { disabled: true } : {}),
    creation_time: apiTime(user.createdAt),
    update_time: apiTime(user.updatedAt),
  };
}
