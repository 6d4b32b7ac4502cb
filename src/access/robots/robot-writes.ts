import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { blockRole, formatAccessList } from '../grants/access-list.ts';
import type { RobotBlock } from './robot-reads.ts';

/** A type, not an interface: it is the values of a statement. */
export type NewRobot = {
  readonly name: string;
  readonly projectId: number | null;
  readonly description: string;
  readonly secretHash: string;
  readonly durationDays: number;
  readonly expiresAt: number | null;
  readonly disabled: number;
  readonly creatorKind: 'user' | 'robot';
  readonly creatorId: number;
  readonly now: number;
};

const insert = prepare((db, values: NewRobot) =>
  db
    .insertInto('robot')
    .values({
      name: values.name,
      project_id: values.projectId,
      secret_hash: values.secretHash,
      disabled: values.disabled,
      expires_at: values.expiresAt,
      created_at: values.now,
      description: values.description,
      duration_days: values.durationDays,
      creator_kind: values.creatorKind,
      creator_id: values.creatorId,
      updated_at: values.now,
    })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('id'),
);

/** Its id; undefined when the name is taken. */
export async function insertRobot(tx: Tx, robot: NewRobot): Promise<number | undefined> {
  return (await tx.first(insert, { ...robot }))?.id;
}

const insertGrant = prepare(
  (
    db,
    values: {
      robotId: number;
      role: string;
      scope: 'system' | 'project' | 'repository';
      projectId: number | null;
      pattern: string | null;
      permissions: string;
      now: number;
    },
  ) =>
    db.insertInto('grant').values({
      principal_kind: 'robot',
      principal_id: values.robotId,
      role: values.role,
      scope: values.scope,
      project_id: values.projectId,
      repository_pattern: values.pattern,
      tag_pattern: null,
      expires_at: null,
      created_at: values.now,
      permissions: values.permissions,
    }),
);

/** @param own the robot belongs to a project, which is that of its only block */
export async function insertBlocks(
  tx: Tx,
  input: {
    readonly robotId: number;
    readonly own: boolean;
    readonly blocks: readonly RobotBlock[];
    readonly now: number;
  },
): Promise<void> {
  const { robotId, own, now } = input;
  for (const [index, { kind, project, access, repositories }] of input.blocks.entries()) {
    const role = blockRole(kind === 'project' && own ? 'own' : kind, index);
    const projectId = project?.id ?? null;
    const permissions = formatAccessList(access);
    const patterns = repositories.length === 0 ? [null] : [...new Set(repositories)];
    for (const pattern of patterns) {
      const scope = pattern !== null ? 'repository' : projectId === null ? 'system' : 'project';
      await tx.run(insertGrant, { robotId, role, scope, projectId, pattern, permissions, now });
    }
  }
}

const removeGrants = prepare((db, values: { id: number }) =>
  db.deleteFrom('grant').where('principal_kind', '=', 'robot').where('principal_id', '=', values.id),
);

const removeBlocks = prepare((db, values: { id: number }) =>
  db
    .deleteFrom('grant')
    .where('principal_kind', '=', 'robot')
    .where('principal_id', '=', values.id)
    .where('permissions', 'is not', null),
);

/** What was granted beside the lists stays. */
export async function deleteBlocks(tx: Tx, robotId: number): Promise<void> {
  await tx.run(removeBlocks, { id: robotId });
}

const lock = prepare((db, values: { id: number }, dialect) => {
  const query = db.selectFrom('robot').select('id').where('id', '=', values.id);
  return dialect === 'postgres' ? query.forUpdate() : query;
});

/** False: it is gone. Changes of one robot take turns. */
export async function lockRobot(tx: Tx, id: number): Promise<boolean> {
  return (await tx.first(lock, { id })) !== undefined;
}

const update = prepare(
  (
    db,
    values: {
      id: number;
      description: string;
      disabled: number;
      durationDays: number;
      expiresAt: number | null;
      now: number;
    },
  ) =>
    db
      .updateTable('robot')
      .set({
        description: values.description,
        disabled: values.disabled,
        duration_days: values.durationDays,
        expires_at: values.expiresAt,
        updated_at: values.now,
      })
      .where('id', '=', values.id),
);

export async function updateRobotRow(
  tx: Tx,
  input: {
    readonly id: number;
    readonly description: string;
    readonly disabled: boolean;
    readonly durationDays: number;
    readonly expiresAt: number | null;
    readonly now: number;
  },
): Promise<void> {
  await tx.run(update, { ...input, disabled: input.disabled ? 1 : 0 });
}

const setSecret = prepare((db, values: { id: number; hash: string; now: number }) =>
  db
    .updateTable('robot')
    .set((each) => ({
      secret_hash: values.hash,
      secret_version: each('secret_version', '+', 1),
      updated_at: values.now,
    }))
    .where('id', '=', values.id),
);

/** False: it is gone. */
export async function setRobotSecret(
  tx: Tx,
  input: { readonly id: number; readonly hash: string; readonly now: number },
): Promise<boolean> {
  return (await tx.run(setSecret, { ...input })) > 0;
}

const remove = prepare((db, values: { id: number }) =>
  db.deleteFrom('robot').where('id', '=', values.id).returning('name'),
);

/** Its name; undefined: it is gone. */
export async function deleteRobotRow(tx: Tx, id: number): Promise<string | undefined> {
  await tx.run(removeGrants, { id });
  return (await tx.first(remove, { id }))?.name;
}

const setUse = prepare((db, values: { id: number; at: number; address: string; client: string }) =>
  db
    .updateTable('robot')
    .set({
      last_used_at: values.at,
      last_used_address: values.address,
      last_used_client: values.client,
    })
    .where('id', '=', values.id),
);

export async function setRobotUse(
  tx: Tx,
  input: { readonly id: number; readonly at: number; readonly address: string; readonly client: string },
): Promise<void> {
  await tx.run(setUse, { ...input });
}
