import { sql } from 'kysely';
import { projectRoles } from '../../access/grants/roles.ts';
import type { Tx } from '../../platform/db/database.ts';
import { valueList } from '../../platform/db/value-list.ts';

/** False: it is deleted. Otherwise it is kept until the transaction ends. */
export async function keepProject(tx: Tx, id: number): Promise<boolean> {
  const locking = tx.dialect === 'postgres' ? sql`for key share` : sql``;
  const { rows } = await sql`
    select id from project where id = ${id} and deleted_at is null ${locking}`.execute(tx.builder);
  return rows.length > 0;
}

export interface TrashedRepository {
  readonly id: number;
  readonly deletedAt: number | null;
  /** Null in a deleted one: it is still being emptied. */
  readonly purgeAfter: number | null;
}

/** Kept from being deleted, restored and purged until the transaction ends; pushers wait only for `to change`. */
export async function lockPlace(
  tx: Tx,
  id: number,
  strength: 'to use' | 'to change',
): Promise<TrashedRepository | undefined> {
  const locking = strength === 'to use' ? sql`for key share` : sql`for update`;
  const { rows } = await sql<TrashedRepository>`
    select id as "id", deleted_at as "deletedAt", purge_after as "purgeAfter" from repository
      where id = ${id} ${tx.dialect === 'postgres' ? locking : sql``}`.execute(tx.builder);
  return rows[0];
}

/** The same for many at once, `to change`. */
export async function lockDeleted(tx: Tx, ids: readonly number[]): Promise<TrashedRepository[]> {
  const list = valueList('integer', JSON.stringify(ids), tx.dialect);
  const { rows } = await sql<TrashedRepository>`
    select id as "id", deleted_at as "deletedAt", purge_after as "purgeAfter" from repository
      where id in ${list} order by id ${tx.dialect === 'postgres' ? sql`for update` : sql``}`.execute(
    tx.builder,
  );
  return rows;
}

/**
 * Gives a deleted repository its name again. False: a live one has it. A row of its own takes the name first, since that
 * waits for whoever is about to take it.
 */
export async function reviveRepository(
  tx: Tx,
  input: { readonly id: number; readonly projectId: number; readonly name: string; readonly now: number },
): Promise<boolean> {
  const { id, projectId, name, now } = input;
  const { rows } = await sql<{ id: number }>`
    insert into repository (project_id, full_name, created_at, updated_at)
      values (${projectId}, ${name}, ${now}, ${now})
      on conflict (full_name) where deleted_at is null do nothing returning id as "id"`.execute(tx.builder);
  const [place] = rows;
  if (place === undefined) return false;
  await sql`delete from repository where id = ${place.id}`.execute(tx.builder);
  await sql`update repository set full_name = ${name}, deleted_at = null, purge_after = null, trash_id = null,
      updated_at = ${now} where id = ${id}`.execute(tx.builder);
  return true;
}

/** The same for a project, whose repositories come back with it. */
export async function reviveProject(
  tx: Tx,
  input: { readonly id: number; readonly name: string; readonly trashId: number; readonly now: number },
): Promise<boolean> {
  const { id, name, trashId, now } = input;
  const { rows } = await sql<{ id: number }>`
    insert into project (name, owner_id, public, created_at, updated_at)
      select ${name}, owner_id, 0, ${sql.lit(now)}, ${sql.lit(now)} from project where id = ${id}
      on conflict (name) where deleted_at is null do nothing returning id as "id"`.execute(tx.builder);
  const [place] = rows;
  if (place === undefined) return false;
  await sql`delete from project where id = ${place.id}`.execute(tx.builder);
  await sql`update project set deleted_at = null, purge_after = null, updated_at = ${now} where id = ${id}`.execute(
    tx.builder,
  );
  await sql`update repository set deleted_at = null, purge_after = null, trash_id = null, updated_at = ${now}
      where project_id = ${id} and trash_id = ${trashId}`.execute(tx.builder);
  return true;
}

const builtIn = sql.join(projectRoles.map((role) => sql.lit(role)));

/**
 * The roles that people had, those of whom there are still. A role that the registry made for itself and that is gone does not
 * come back, nor as another one of that name. Returns how many.
 */
export async function giveRolesBack(tx: Tx, projectId: number, trashId: number): Promise<number> {
  const value = (name: string, type: 'integer' | 'text') =>
    tx.dialect === 'sqlite'
      ? sql`(kept.value ->> ${sql.lit(name)})`
      : type === 'text'
        ? sql`(kept.value ->> ${sql.lit(name)})`
        : sql`(kept.value ->> ${sql.lit(name)})::bigint`;
  const each =
    tx.dialect === 'sqlite'
      ? sql`trash join json_each(trash.kept) as kept`
      : sql`trash cross join lateral json_array_elements(trash.kept::json) as kept (value)`;
  const role = value('role', 'text');
  const own = sql`select name from role where role.level = 'project'
    and role.created_at <= (select deleted_at from trash where trash.id = ${trashId})`;
  // Kept from being deleted meanwhile.
  if (tx.dialect === 'postgres')
    await sql`${own} and name in (select ${role} from ${each} where trash.id = ${trashId})
      order by name for key share`.execute(tx.builder);
  const { rows } = await sql<{ id: number }>`
    insert into "grant" (principal_kind, principal_id, role, scope, project_id, repository_pattern, tag_pattern,
        expires_at, created_at)
      select ${value('principal_kind', 'text')}, ${value('principal_id', 'integer')}, ${role},
        ${value('scope', 'text')}, ${sql.lit(projectId)}, ${value('repository_pattern', 'text')},
        ${value('tag_pattern', 'text')}, ${value('expires_at', 'integer')}, ${value('created_at', 'integer')}
      from ${each} where trash.id = ${trashId} and (${role} in (${builtIn}) or ${role} in (${own})) and (
        (${value('principal_kind', 'text')} = 'user' and exists (select 1 from "user"
          where "user".id = ${value('principal_id', 'integer')} and "user".deleted_at is null))
        or (${value('principal_kind', 'text')} = 'group' and exists (select 1 from user_group
          where user_group.id = ${value('principal_id', 'integer')})))
      returning id as "id"`.execute(tx.builder);
  return rows.length;
}
