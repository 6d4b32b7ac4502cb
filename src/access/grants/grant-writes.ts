import { sql } from 'kysely';
import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import type { ProjectRole } from './roles.ts';

/** A role at a place, as somebody has it once at most. A type, not an interface: it is the values of statements. */
export type HeldGrant = {
  readonly kind: 'user' | 'group' | 'robot';
  readonly principalId: number;
  /** One of Harbor's, a duty, one that the registry has made for itself, or actions. */
  readonly role: string;
  readonly scope: 'system' | 'project' | 'repository';
  readonly projectId: number | null;
  readonly repositoryPattern: string | null;
  readonly tagPattern: string | null;
};

/** The columns of the index `grant_once`, as it has them. */
const once = sql`principal_kind, principal_id, role, scope, coalesce(project_id, 0), coalesce(repository_pattern, ''), coalesce(tag_pattern, '')`;

const put = prepare((db, values: HeldGrant & { expiresAt: number | null; now: number }) =>
  db
    .insertInto('grant')
    .values({
      principal_kind: values.kind,
      principal_id: values.principalId,
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

const findOne = prepare((db, values: HeldGrant) =>
  db
    .selectFrom('grant')
    .select('id')
    .where('principal_kind', '=', values.kind)
    .where('principal_id', '=', values.principalId)
    .where('role', '=', values.role)
    .where('scope', '=', values.scope)
    .where('project_id', 'is not distinct from', values.projectId)
    .where('repository_pattern', 'is not distinct from', values.repositoryPattern)
    .where('tag_pattern', 'is not distinct from', values.tagPattern),
);

export interface Granted {
  readonly id: number;
  /** False: it was there, and has another end at most. */
  readonly isNew: boolean;
}

/** Given again, it takes the new end. */
export async function putGrant(
  tx: Tx,
  input: HeldGrant & { readonly expiresAt: number | null; readonly now: number },
): Promise<Granted> {
  const { expiresAt, now, ...grant } = input;
  const before = await tx.first(findOne, grant);
  await tx.run(put, { ...grant, expiresAt, now });
  const granted = before ?? (await tx.first(findOne, grant));
  if (granted === undefined) throw new Error('the grant that was just made is not there');
  return { id: granted.id, isNew: before === undefined };
}

const remove = prepare((db, values: HeldGrant) =>
  db
    .deleteFrom('grant')
    .where('principal_kind', '=', values.kind)
    .where('principal_id', '=', values.principalId)
    .where('role', '=', values.role)
    .where('scope', '=', values.scope)
    .where('project_id', 'is not distinct from', values.projectId)
    .where('repository_pattern', 'is not distinct from', values.repositoryPattern)
    .where('tag_pattern', 'is not distinct from', values.tagPattern),
);

/** False: there was none. */
export async function removeGrant(tx: Tx, input: HeldGrant): Promise<boolean> {
  return (await tx.run(remove, { ...input })) > 0;
}

const changeRole = prepare((db, values: { id: number; role: ProjectRole }) =>
  db.updateTable('grant').set({ role: values.role }).where('id', '=', values.id),
);

export async function changeGrantRole(tx: Tx, input: { id: number; role: ProjectRole }): Promise<void> {
  await tx.run(changeRole, input);
}

const removeOne = prepare((db, values: { id: number }) => db.deleteFrom('grant').where('id', '=', values.id));

/** False: there was none. */
export async function removeGrantById(tx: Tx, id: number): Promise<boolean> {
  return (await tx.run(removeOne, { id })) > 0;
}

const keepOneRobot = prepare((db, values: { id: number }, dialect) => {
  const query = db.selectFrom('robot').select('id').where('id', '=', values.id);
  return dialect === 'postgres' ? query.forShare() : query;
});

/** False: it is gone. Else it stays until the transaction ends. */
export async function keepRobot(tx: Tx, id: number): Promise<boolean> {
  return (await tx.first(keepOneRobot, { id })) !== undefined;
}
