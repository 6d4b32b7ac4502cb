import type { ListedGrant } from '../../access/grants/grant-page-reads.ts';
import { placeText } from '../../access/grants/written/parse-place.ts';
import { groupTypeName } from '../../access/groups/parse-group-type.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';
import { whoText } from './who.ts';

const who = {
  type: 'string',
  description: 'An account (bob), a group (group:makers) or a robot account (robot:team+ci).',
} as const;
const role = {
  type: 'string',
  description:
    'A role of Harbor’s, of the system or of the registry’s own, or actions with commas between them: pull, push, delete, read.',
} as const;
const where = {
  type: 'string',
  description:
    'system, a project (pay), a repository (pay/api), all below a folder (pay/team/**) or all repositories (pay/**).',
} as const;
const tag = { type: 'string', description: 'Only for these tags: v1, v*; absent: for all.' } as const;
const expires = {
  type: 'string',
  format: 'date-time',
  description: 'When it ends; absent: it does not.',
} as const;

const groupType = {
  type: 'string',
  description: 'Tells groups of one name apart: local, ldap, http or oidc.',
} as const;

export const newGrantSchema = {
  type: 'object',
  properties: {
    who,
    role,
    where,
    tag,
    expires_at: expires,
    group_type: groupType,
  },
  required: ['who', 'role', 'where'],
} as const satisfies ObjectSchema;

export const grantSchema = {
  type: 'object',
  properties: {
    id: { type: 'integer', format: 'int64' },
    who,
    role,
    where,
    tag,
    expires_at: expires,
    group_type: groupType,
    group_id: { type: 'integer', format: 'int64', description: 'Of a group.' },
    created_at: { type: 'string', format: 'date-time' },
  },
} as const satisfies ObjectSchema;

export function grantView(grant: ListedGrant, prefix: string): Readonly<Record<string, unknown>> {
  const {
    id,
    kind,
    principalId,
    holder,
    groupType: type,
    role: given,
    tagPattern,
    expiresAt,
    createdAt,
  } = grant;
  return {
    id,
    who: whoText({ kind, name: holder }, prefix),
    // Of a list of a robot what is in it.
    role: kind === 'robot' ? (grant.permissions ?? given) : given,
    where: placeText(grant),
    ...(tagPattern === null ? {} : { tag: tagPattern }),
    ...(expiresAt === null ? {} : { expires_at: apiTime(expiresAt) }),
    ...(type === null ? {} : { group_type: groupTypeName(type), group_id: principalId }),
    created_at: apiTime(createdAt),
  };
}
