import { sql } from 'kysely';
import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import type { RoleName } from './roles.ts';

/** A role at a place, as a user has it once at most. A type, not an interface: it is the values of statements. */
export type UserGrant = {
  readonly userId: number;
  readonly role: RoleName;
  readonly scope: 'system' | 'project' | 'repository';
  readonly projectId: number | null;
  readonly repositoryPattern: string | null;
  readonly tagPattern: string | null;
};

/** The columns of the index `grant_once`, as it has them. */
const once = sql`principal_kind, principal_id, role, scope, coalesce(project_id, 0), coalesce(repository_pattern, ''), coalesce(tag_pattern, '')`;

const put = prepare((db, values: UserGrant & { expiresAt: number | null; now: number }) =>
  db
    .insertInto('grant')
    .values({
      principal_kind: 'user',
      principal_id: values.userId,
      role: values.role,
      scope: values.scope,
      project_id: values.projectId,
      repository_pattern: values.repositoryPattern,
      tag_pattern: values.tagPattern,
      expires_at: values.expiresAt,
      created_at: values.now,
    })
    .onConflict((conflict) => conflict.expression(once).doUpdateSet({ expires_at: values.expiresAt })),
);

/** Given again, it takes the new end. */
export async function putGrant(
  tx: Tx,
  input: UserGrant & { readonly expiresAt: number | null; readonly now: number },
): Promise<void> {
  await tx.run(put, { ...input });
}

const remove = prepare((db, values: UserGrant) =>
  db
    .deleteFrom('grant')
    .where('principal_kind', '=', 'user')
    .where('principal_id', '=', values.userId)
    .where('role', '=', values.role)
    .where('scope', '=', values.scope)
    .where('project_id', 'is not distinct from', values.projectId)
    .where('repository_pattern', 'is not distinct from', values.repositoryPattern)
    .where('tag_pattern', 'is not distinct from', values.tagPattern),
);

/** False: there was none. */
export async function removeGrant(tx: Tx, input: UserGrant): Promise<boolean> {
  return (await tx.run(remove, { ...input })) > 0;
}
