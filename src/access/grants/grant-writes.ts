import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import type { RoleName } from './roles.ts';

/** What a user is granted, and where; one of each at most. */
export interface UserGrant {
  readonly userId: number;
  readonly role: RoleName;
  readonly scope: 'system' | 'project' | 'repository';
  readonly projectId: number | null;
  readonly repositoryPattern: string | null;
  readonly tagPattern: string | null;
}

const remove = prepare(
  (
    db,
    values: {
      userId: number;
      role: string;
      scope: UserGrant['scope'];
      projectId: number;
      repositoryPattern: string;
      tagPattern: string;
    },
  ) =>
    db
      .deleteFrom('grant')
      .where('principal_kind', '=', 'user')
      .where('principal_id', '=', values.userId)
      .where('role', '=', values.role)
      .where('scope', '=', values.scope)
      // Null is not equal to null in SQL, and no place has these.
      .where((where) => where(where.fn.coalesce('project_id', where.lit(0)), '=', values.projectId))
      .where((where) =>
        where(where.fn.coalesce('repository_pattern', where.val('')), '=', values.repositoryPattern),
      )
      .where((where) => where(where.fn.coalesce('tag_pattern', where.val('')), '=', values.tagPattern)),
);

const insert = prepare(
  (
    db,
    values: {
      userId: number;
      role: string;
      scope: UserGrant['scope'];
      projectId: number | null;
      repositoryPattern: string | null;
      tagPattern: string | null;
      expiresAt: number | null;
      now: number;
    },
  ) =>
    db.insertInto('grant').values({
      principal_kind: 'user',
      principal_id: values.userId,
      role: values.role,
      scope: values.scope,
      project_id: values.projectId,
      repository_pattern: values.repositoryPattern,
      tag_pattern: values.tagPattern,
      expires_at: values.expiresAt,
      created_at: values.now,
    }),
);

/** In the place of the same grant, if there is one, which may have ended at another time. */
export async function putGrant(
  tx: Tx,
  input: UserGrant & { readonly expiresAt: number | null; readonly now: number },
): Promise<void> {
  await removeGrant(tx, input);
  await tx.run(insert, input);
}

/** False: there was none. */
export async function removeGrant(tx: Tx, grant: UserGrant): Promise<boolean> {
  const { userId, role, scope, projectId, repositoryPattern, tagPattern } = grant;
  const removed = await tx.run(remove, {
    userId,
    role,
    scope,
    projectId: projectId ?? 0,
    repositoryPattern: repositoryPattern ?? '',
    tagPattern: tagPattern ?? '',
  });
  return removed > 0;
}
