import { type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import type { Schema } from '../../platform/db/schema.ts';
import { valueList } from '../../platform/db/value-list.ts';
import { type Access, type BlockKind, parseAccessList, parseBlockRole } from '../grants/access-list.ts';

/** What a robot may do in one place. */
export interface RobotBlock {
  readonly kind: 'system' | 'project';
  /** Undefined: of the kind `project`, all projects, also those to come. */
  readonly project?: { readonly id: number; readonly name: string };
  readonly access: readonly Access[];
  /** Repositories of the project to which it is limited; empty: it is not. */
  readonly repositories: readonly string[];
}

export interface Robot {
  readonly id: number;
  /** Without the prefix. */
  readonly name: string;
  /** Undefined: it is one of the system. */
  readonly projectId: number | undefined;
  readonly description: string;
  readonly disabled: boolean;
  /** -1: it does not end. */
  readonly durationDays: number;
  readonly creatorKind: 'user' | 'robot';
  readonly creatorId: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Undefined: never. */
  readonly lastUse: { readonly at: number; readonly address: string; readonly client: string } | undefined;
  readonly blocks: readonly RobotBlock[];
}

/** What a sign-in needs. */
export interface RobotSecret {
  readonly id: number;
  readonly secretHash: string;
  readonly secretVersion: number;
  readonly disabled: number;
  readonly expiresAt: number | null;
}

const secretColumns = [
  'id',
  'secret_hash as secretHash',
  'secret_version as secretVersion',
  'disabled',
  'expires_at as expiresAt',
] as const;

const secretByName = prepare((db, values: { name: string }) =>
  db.selectFrom('robot').select(secretColumns).where('name', '=', values.name),
);

export async function findRobotSecret(db: Queries, name: string): Promise<RobotSecret | undefined> {
  // PostgreSQL takes no such text.
  return name.includes('\0') ? undefined : db.first(secretByName, { name });
}

const ofProject = prepare((db, values: { projectId: number; name: string }) =>
  db
    .selectFrom('robot')
    .select('id')
    .where('name', '=', values.name)
    .where((where) =>
      where.or([where('project_id', 'is', null), where('project_id', '=', values.projectId)]),
    ),
);

/** A robot of the project or of the system, by its name without the prefix. */
export async function findRobotOf(
  db: Queries,
  { projectId, name }: { readonly projectId: number; readonly name: string },
): Promise<number | undefined> {
  // PostgreSQL takes no such text.
  if (isNoName(name) || !name.isWellFormed()) return undefined;
  return (await db.first(ofProject, { projectId, name }))?.id;
}

const secretById = prepare((db, values: { id: number }) =>
  db.selectFrom('robot').select(secretColumns).where('id', '=', values.id),
);

export function findRobotSecretById(db: Queries, id: number): Promise<RobotSecret | undefined> {
  return db.first(secretById, { id });
}

const columns = [
  'id',
  'name',
  'project_id',
  'description',
  'disabled',
  'duration_days',
  'creator_kind',
  'creator_id',
  'created_at',
  'updated_at',
  'last_used_at',
  'last_used_address',
  'last_used_client',
] as const;

const byId = prepare((db, values: { id: number }) =>
  db.selectFrom('robot').select(columns).where('id', '=', values.id),
);

export async function findRobot(db: Queries, id: number): Promise<Robot | undefined> {
  const row = await db.first(byId, { id });
  return row === undefined ? undefined : (await withBlocks(db, [row]))[0];
}

const byName = prepare((db, values: { name: string }) =>
  db
    .selectFrom('robot')
    .select(['id', 'name', 'project_id as projectId', 'disabled', 'expires_at as expiresAt'])
    .where('name', '=', values.name),
);

/** By its name without the prefix: `ci`, or `team+ci` of a robot of a project. */
export async function findRobotByName(db: Queries, name: string) {
  return name.includes('\0') || !name.isWellFormed() ? undefined : db.first(byName, { name });
}

export interface RobotOrder {
  readonly by: 'id' | 'name' | 'createdAt' | 'updatedAt' | 'expiresAt';
  readonly descending: boolean;
}

export interface RobotPage {
  /** Undefined: those of the system. */
  readonly projectId: number | undefined;
  readonly name?: { readonly exact?: string; readonly fuzzy?: string };
  readonly disabled?: boolean;
  readonly offset: number;
  readonly limit: number;
  readonly sort: readonly RobotOrder[];
}

const orderColumns = {
  id: 'id',
  name: 'name',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
  /** Without an end comes first, as -1 does with Harbor. */
  expiresAt: sql`coalesce(expires_at, -1)`,
} as const;

/** A page of the robots of one project or of the system, and how many there are in all. */
export async function pageOfRobots(db: Queries, input: RobotPage): Promise<{ rows: Robot[]; count: number }> {
  if ([input.name?.exact, input.name?.fuzzy].some((text) => text !== undefined && isNoName(text)))
    return { rows: [], count: 0 };
  const matching = db.builder.selectFrom('robot').where((where) => where.and(conditions(where, input)));
  const { count } = await matching
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const orders = [...input.sort, { by: 'id', descending: false } as const];
  const rows = await orders
    .reduce(
      (query, { by, descending }) => query.orderBy(orderColumns[by], descending ? 'desc' : 'asc'),
      matching.select(columns),
    )
    .offset(input.offset)
    .limit(input.limit)
    .execute();
  return { rows: await withBlocks(db, rows), count };
}

const longestName = 512;

function isNoName(text: string): boolean {
  return text.includes('\0') || text.length > longestName;
}

function conditions(where: ExpressionBuilder<Schema, 'robot'>, input: RobotPage) {
  const { projectId, name, disabled } = input;
  return [
    // Not `is not distinct from`, for which PostgreSQL takes no index.
    projectId === undefined ? where('project_id', 'is', null) : where('project_id', '=', projectId),
    ...(name?.exact === undefined ? [] : [where('name', '=', name.exact)]),
    ...(name?.fuzzy === undefined ? [] : [contains(name.fuzzy.toLowerCase())]),
    ...(disabled === undefined ? [] : [where('disabled', '=', disabled ? 1 : 0)]),
  ];
}

/** Names are in lower case, so both engines compare alike. */
function contains(part: string) {
  const escaped = part.replaceAll(/[\\%_]/g, String.raw`\$&`);
  return sql<SqlBool>`${sql.ref('name')} like ${`%${escaped}%`} escape '\\'`;
}

interface Row {
  readonly id: number;
  readonly name: string;
  readonly project_id: number | null;
  readonly description: string;
  readonly disabled: number;
  readonly duration_days: number;
  readonly creator_kind: 'user' | 'robot';
  readonly creator_id: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly last_used_at: number | null;
  readonly last_used_address: string;
  readonly last_used_client: string;
}

async function withBlocks(db: Queries, rows: readonly Row[]): Promise<Robot[]> {
  const blocks = await blocksOf(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    projectId: row.project_id ?? undefined,
    description: row.description,
    disabled: row.disabled === 1,
    durationDays: row.duration_days,
    creatorKind: row.creator_kind,
    creatorId: row.creator_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastUse:
      row.last_used_at === null
        ? undefined
        : { at: row.last_used_at, address: row.last_used_address, client: row.last_used_client },
    blocks: blocks.get(row.id) ?? [],
  }));
}

const grants = prepare((db, values: { ids: string }, dialect) =>
  db
    .selectFrom('grant')
    .leftJoin('live_project', 'live_project.id', 'grant.project_id')
    .select([
      'grant.principal_id as robotId',
      'grant.role',
      'grant.project_id as projectId',
      'live_project.name as projectName',
      'grant.repository_pattern as pattern',
      'grant.permissions',
    ])
    .where('grant.principal_kind', '=', 'robot')
    .where('grant.principal_id', 'in', valueList('integer', values.ids, dialect))
    .orderBy('grant.id'),
);

/** A block is one grant, or one for each repository pattern, whose roles name its place among the robot's. */
async function blocksOf(db: Queries, ids: readonly number[]): Promise<Map<number, readonly RobotBlock[]>> {
  const byRobot = new Map<number, Map<number, RobotBlock>>();
  for (const row of await db.all(grants, { ids: JSON.stringify(ids) })) {
    const place = parseBlockRole(row.role);
    if (place === undefined || row.permissions === null) continue;
    const blocks = byRobot.get(row.robotId) ?? new Map<number, RobotBlock>();
    byRobot.set(row.robotId, blocks);
    const before = blocks.get(place.index)?.repositories ?? [];
    blocks.set(place.index, {
      ...blockOf(place.kind, row),
      access: parseAccessList(row.permissions),
      repositories: row.pattern === null ? before : [...before, row.pattern],
    });
  }
  return new Map(
    [...byRobot].map(([id, blocks]) => [
      id,
      [...blocks].toSorted(([a], [b]) => a - b).map(([, block]) => block),
    ]),
  );
}

function blockOf(
  kind: BlockKind,
  { projectId, projectName }: { projectId: number | null; projectName: string | null },
): Pick<RobotBlock, 'kind' | 'project'> {
  if (kind === 'system') return { kind: 'system' };
  if (projectId === null) return { kind: 'project' };
  return { kind: 'project', project: { id: projectId, name: projectName ?? '' } };
}
