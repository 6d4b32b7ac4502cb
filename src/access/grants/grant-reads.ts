import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface Grant {
  readonly role: string;
  readonly scope: 'system' | 'project' | 'repository';
  readonly projectId: number | null;
  readonly expiresAt: number | null;
}

const ofUser = prepare((db, values: { userId: number }) =>
  db
    .selectFrom('grant')
    .select(['role', 'scope', 'project_id as projectId', 'expires_at as expiresAt'])
    .where('principal_kind', '=', 'user')
    .where('principal_id', '=', values.userId),
);

/** Read at each request, so that a change counts at once. */
export function grantsOfUser(db: Queries, userId: number): Promise<Grant[]> {
  return db.all(ofUser, { userId });
}
