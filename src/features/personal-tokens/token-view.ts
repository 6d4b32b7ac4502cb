import { actions } from '../../access/grants/actions.ts';
import type { ListedToken } from '../../access/personal-tokens/token-reads.ts';
import type { TokenScope } from '../../access/personal-tokens/token-scope.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';

const scopesSchema = {
  type: 'array',
  description: 'What it is limited to; absent: it may do what its owner may.',
  items: {
    type: 'object',
    properties: {
      where: {
        type: 'string',
        description:
          'A project (pay), a repository (pay/api), all below a folder (pay/team/**), or * for everywhere.',
      },
      actions: {
        type: 'array',
        description: 'push brings pull; read is reading whatever the API shows.',
        items: { type: 'string', enum: actions },
      },
    },
  },
} as const;

export const newTokenBody = {
  type: 'object',
  properties: {
    name: { type: 'string', description: 'What uses it, such as "laptop".' },
    expires_at: {
      type: 'string',
      format: 'date-time',
      description: 'When it ends; left out: it does not end.',
    },
    scopes: scopesSchema,
  },
} as const satisfies ObjectSchema;

export const tokenSchema = {
  type: 'object',
  properties: {
    id: { type: 'integer', format: 'int64' },
    name: { type: 'string' },
    created_at: { type: 'string', format: 'date-time' },
    expires_at: { type: 'string', format: 'date-time' },
    last_used_at: { type: 'string', format: 'date-time', description: 'To a minute.' },
    last_used_address: { type: 'string' },
    last_used_client: { type: 'string' },
    scopes: scopesSchema,
  },
} as const satisfies ObjectSchema;

/** What a limit names, in the form in which it is given. */
export function placeOf({
  projectName,
  repositoryPattern,
}: {
  readonly projectName: string | null;
  readonly repositoryPattern: string | null;
}): string {
  if (projectName === null) return '*';
  return repositoryPattern === null ? projectName : `${projectName}/${repositoryPattern}`;
}

export function tokenView(token: ListedToken): object {
  const { id, name, narrowed, scopes, createdAt, expiresAt, lastUsedAt } = token;
  return {
    id,
    name,
    created_at: apiTime(createdAt),
    ...(expiresAt === null ? {} : { expires_at: apiTime(expiresAt) }),
    ...(lastUsedAt === null
      ? {}
      : {
          last_used_at: apiTime(lastUsedAt),
          last_used_address: token.lastUsedAddress,
          last_used_client: token.lastUsedClient,
        }),
    ...(narrowed ? { scopes: scopes.map(scopeView) } : {}),
  };
}

function scopeView(scope: TokenScope & { readonly projectName: string | null }): object {
  return { where: placeOf(scope), actions: scope.actions };
}
