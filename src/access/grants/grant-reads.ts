import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface Grant {
  readonly role: string;
  readonly scope: 'system' | 'project' | 'repository';
  readonly projectId: number | null;
  readonly repositoryPattern: string | null;
  readonly tagPattern: string | null;
  /** Epoch milliseconds; null: it does not end. */
  readonly expiresAt: number | null;
}

const ofUser = prepare((db, values: { userId: number }) =>
  db
    .selectFrom('grant')
    .select([
      'role',
      'scope',
      'project_id as projectId',
      'repository_pattern as repositoryPattern',
      'tag_pattern as tagPattern',
      'expires_at as expiresAt',
    ])
    .where('principal_kind', '=', 'user')
    .where('principal_id', '=', values.userId),
);

/** Read at each request, so that a change counts at once. */
export function grantsOfUser(db: Queries, userId: number): Promise<Grant[]> {
  return db.all(ofUser, { userId });
}

const administrators = prepare((db, values: { projectId: number; now: number; count: number }) =>
  db
    .selectFrom('grant')
    .innerJoin('user', 'user.id', 'grant.principal_id')
    .select('user.username')
    .where('grant.principal_kind', '=', 'user')
    .where('grant.role', '=', 'projectAdmin')
    .where('grant.scope', '=', 'project')
    .where('grant.project_id', '=', values.projectId)
    .where((where) =>
      where.or([where('grant.expires_at', 'is', null), where('grant.expires_at', '>', values.now)]),
    )
    .where('user.deleted_at', 'is', null)
    .where('user.disabled', '=', 0)
    .orderBy('user.username')
    .limit(values.count),
);

/** Some of those who can grant a role in the project. */
export async function administratorsOf(
  db: Queries,
  input: { projectId: number; now: number; count: number },
): Promise<string[]> {
  return (await db.all(administrators, input)).map((row) => row.username);
}
