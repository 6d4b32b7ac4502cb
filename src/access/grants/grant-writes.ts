import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import type { RoleName } from './roles.ts';

const insertSystem = prepare((db, values: { userId: number; role: string; now: number }) =>
  db.insertInto('grant').values({
    principal_kind: 'user',
    principal_id: values.userId,
    role: values.role,
    scope: 'system',
    project_id: null,
    repository_pattern: null,
    tag_pattern: null,
    expires_at: null,
    created_at: values.now,
  }),
);

export async function grantOnSystem(
  tx: Tx,
  input: { userId: number; role: RoleName; now: number },
): Promise<void> {
  await tx.run(insertSystem, input);
}
