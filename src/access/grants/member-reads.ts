import type { Queries } from '../../platform/db/database.ts';
import type { ProjectRole } from './roles.ts';
import { isProjectRole, projectRoles } from './roles.ts';

/** Somebody's role, one of Harbor's, in a project as such: neither on some repositories or tags, nor at an end. */
export interface Member {
  /** Of the grant. */
  readonly id: number;
  readonly projectId: number;
  readonly kind: 'user' | 'group';
  readonly principalId: number;
  readonly name: string;
  readonly role: ProjectRole;
}

interface Of {
  readonly projectId: number;
  readonly now: number;
}

function membersOf(db: Queries, { projectId, now }: Of) {
  return db.builder
    .selectFrom('grant')
    .leftJoin('user', (on) =>
      on
        .onRef('user.id', '=', 'grant.principal_id')
        .on('grant.principal_kind', '=', 'user')
        .on('user.deleted_at', 'is', null),
    )
    .leftJoin('user_group', (on) =>
      on.onRef('user_group.id', '=', 'grant.principal_id').on('grant.principal_kind', '=', 'group'),
    )
    .where('grant.project_id', '=', projectId)
    .where('grant.scope', '=', 'project')
    .where('grant.tag_pattern', 'is', null)
    .where('grant.role', 'in', projectRoles)
    .where((where) =>
      where.and([
        where.or([where('grant.expires_at', 'is', null), where('grant.expires_at', '>', now)]),
        where.or([where('user.id', 'is not', null), where('user_group.id', 'is not', null)]),
      ]),
    );
}

type Found = Awaited<ReturnType<ReturnType<typeof selectFrom>['execute']>>[number];

function selectFrom(query: ReturnType<typeof membersOf>) {
  return query.select([
    'grant.id',
    'grant.role',
    'grant.principal_id as principalId',
    'user.username',
    'user_group.name as groupName',
  ]);
}

function toMember(projectId: number, row: Found): Member[] {
  const { id, role, principalId, username, groupName } = row;
  if (!isProjectRole(role)) return [];
  const kind = username === null ? 'group' : 'user';
  return [{ id, projectId, kind, principalId, name: username ?? groupName ?? '', role }];
}

/** A page of the members of a project by name, and how many there are in all. */
export async function pageOfMembers(
  db: Queries,
  input: Of & { readonly name?: string; readonly offset: number; readonly limit: number },
): Promise<{ rows: Member[]; count: number }> {
  const { projectId, name } = input;
  if (name !== undefined && (name.includes('\0') || !name.isWellFormed())) return { rows: [], count: 0 };
  const all = membersOf(db, input);
  const matching =
    name === undefined
      ? all
      : all.where((where) =>
          where.or([where('user.username', '=', name), where('user_group.name', '=', name)]),
        );
  const counted = await matching
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await selectFrom(matching)
    .orderBy((order) => order.fn.coalesce('user.username', 'user_group.name'))
    .orderBy('grant.id')
    .offset(input.offset)
    .limit(input.limit)
    .execute();
  return { rows: rows.flatMap((row) => toMember(projectId, row)), count: counted.count };
}

/** Undefined also for a member of another project. */
export async function findMember(
  db: Queries,
  input: Of & { readonly id: number },
): Promise<Member | undefined> {
  const row = await selectFrom(membersOf(db, input)).where('grant.id', '=', input.id).executeTakeFirst();
  return row === undefined ? undefined : toMember(input.projectId, row)[0];
}

export interface ProjectGrant {
  readonly id: number;
  readonly role: string;
  readonly expiresAt: number | null;
}

/** What somebody holds of Harbor's roles in a project as such, whether or not it has ended. */
export function projectGrantsOf(
  db: Queries,
  of: { readonly projectId: number; readonly kind: 'user' | 'group'; readonly principalId: number },
): Promise<ProjectGrant[]> {
  return db.builder
    .selectFrom('grant')
    .select(['id', 'role', 'expires_at as expiresAt'])
    .where('principal_kind', '=', of.kind)
    .where('principal_id', '=', of.principalId)
    .where('scope', '=', 'project')
    .where('project_id', '=', of.projectId)
    .where('tag_pattern', 'is', null)
    .where('role', 'in', projectRoles)
    .execute();
}
