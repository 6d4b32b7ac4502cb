import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { type Actor, systemActor } from '../../platform/events/append.ts';
import { coversRepository, type Protection } from './protection.ts';

const ofProject = prepare((db, values: { projectId: number }) =>
  db
    .selectFrom('tag_protection')
    .leftJoin('tag_protection_holder', 'tag_protection_holder.protection_id', 'tag_protection.id')
    .leftJoin('user', (on) => on.onRef('user.id', '=', 'principal_id').on('principal_kind', '=', 'user'))
    .select([
      'tag_protection.id',
      'repository_pattern as repositories',
      'tag_pattern as tags',
      'principal_kind as kind',
      'principal_id as holderId',
      'user.deleted_at as goneAt',
    ])
    .where('project_id', '=', values.projectId)
    .orderBy('tag_protection.id')
    .orderBy('principal_kind')
    .orderBy('principal_id'),
);

export async function protectionsOf(db: Queries, projectId: number): Promise<readonly Protection[]> {
  const rows = await db.all(ofProject, { projectId });
  return [...Map.groupBy(rows, ({ id }) => id)].map(([id, of]) => ({
    id,
    repositories: of[0]?.repositories ?? '',
    tags: of[0]?.tags ?? '',
    holders: of.flatMap(({ kind, holderId, goneAt }) =>
      kind === null || goneAt !== null ? [] : [`${kind}:${holderId}`],
    ),
  }));
}

const groupsOf = prepare((db, values: { userId: number }) =>
  db.selectFrom('user_group_member').select('group_id as id').where('user_id', '=', values.userId),
);

/** Those of the repository that do not name whoever acts, nor one of their groups. What Berth does by itself meets none. */
export async function protectionsAgainst(
  db: Queries,
  of: {
    readonly projectId: number;
    readonly repositoryName: string;
    readonly actor: Pick<Actor, 'principal'>;
  },
): Promise<readonly Protection[]> {
  const { principal } = of.actor;
  if (principal === systemActor.principal) return [];
  const closed = (await protectionsOf(db, of.projectId)).filter(
    (each) => coversRepository(each, of.repositoryName) && !each.holders.includes(principal),
  );
  const [, userId] = /^user:(\d+)$/.exec(principal) ?? [];
  if (userId === undefined || closed.length === 0) return closed;
  const groups = (await db.all(groupsOf, { userId: Number(userId) })).map(({ id }) => `group:${id}`);
  return closed.filter(({ holders }) => !groups.some((group) => holders.includes(group)));
}
