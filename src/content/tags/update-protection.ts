import { findHolder } from '../../access/grants/find-holder.ts';
import { findRobotOf } from '../../access/robots/robot-reads.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { lockRules } from './immutable-rule-writes.ts';
import { type Protection, requirePatterns } from './protection.ts';
import { protectionsOf } from './protection-reads.ts';
import {
  deleteProtection as deleteRow,
  type HolderKind,
  insertProtection,
  setHolders,
  setProtection,
} from './protection-writes.ts';

interface Deps {
  readonly db: Database;
}

interface Where {
  readonly projectId: number;
  readonly projectName: string;
  readonly actor: Actor;
}

interface Given extends Where {
  readonly repositories: string;
  readonly tags: string;
  /** `alice`, `group:releasers`, `robot:pay+ci`. */
  readonly allowed: readonly string[];
}

const maxHolders = 100;

/**
 * Holds for tags that are there already, too.
 * @throws AppError BAD_REQUEST, NOT_FOUND for who is named and does not exist, CONFLICT
 */
export async function createProtection(deps: Deps, input: Given): Promise<number> {
  const { projectId, repositories, tags } = input;
  requireGiven(input);
  const now = await deps.db.now();
  return deps.db.transaction(async (tx) => {
    await lockRules(tx, projectId, 'to change');
    const holders = await findHolders(tx, input);
    const id = await insertProtection(tx, { projectId, repositories, tags, now });
    if (id === undefined) throw samePatterns(input);
    await setHolders(tx, id, holders);
    await tell(tx, 'protection.created', { ...input, id, now });
    return id;
  });
}

/**
 * All of it at once.
 * @throws AppError BAD_REQUEST, NOT_FOUND, CONFLICT
 */
export async function updateProtection(deps: Deps, input: Given & { readonly id: number }): Promise<void> {
  const { id, projectId, repositories, tags } = input;
  requireGiven(input);
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const all = await protectionsToChange(tx, projectId);
    requireFound(all, id);
    const holders = await findHolders(tx, input);
    const same = all.find(
      (each) => each.id !== id && each.repositories === repositories && each.tags === tags,
    );
    if (same !== undefined) throw samePatterns(input);
    await setProtection(tx, { id, repositories, tags, now });
    await setHolders(tx, id, holders);
    await tell(tx, 'protection.updated', { ...input, now });
  });
}

/** @throws AppError NOT_FOUND */
export async function deleteProtection(deps: Deps, input: Where & { readonly id: number }): Promise<void> {
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const { repositories, tags } = requireFound(await protectionsToChange(tx, input.projectId), input.id);
    await deleteRow(tx, input.id);
    await tell(tx, 'protection.deleted', { ...input, repositories, tags, now });
  });
}

async function protectionsToChange(tx: Tx, projectId: number): Promise<readonly Protection[]> {
  await lockRules(tx, projectId, 'to change');
  return protectionsOf(tx, projectId);
}

function requireFound(all: readonly Protection[], id: number): Protection {
  const found = all.find((each) => each.id === id);
  if (found === undefined)
    throw new AppError('NOT_FOUND', { message: `there is no rule ${id} for protected tags` });
  return found;
}

function requireGiven(input: Given): void {
  requirePatterns(input);
  const { allowed } = input;
  if (allowed.length > 0 && allowed.length <= maxHolders) return;
  throw new AppError('BAD_REQUEST', {
    message: `a rule names 1 to ${maxHolders} who may, not ${allowed.length}`,
    detail: 'for more of them make a group; for tags that nobody may move make an immutable rule',
  });
}

async function findHolders(tx: Tx, input: Given): Promise<{ kind: HolderKind; id: number }[]> {
  const holders: { kind: HolderKind; id: number }[] = [];
  for (const text of new Set(input.allowed)) {
    const kind = /^(?:group|robot)(?=:)/.exec(text)?.[0] as 'group' | 'robot' | undefined;
    const name = kind === undefined ? text : text.slice(kind.length + 1);
    const id =
      kind === 'robot'
        ? await robotId(tx, input, name)
        : await findHolder(tx, { kind: kind ?? 'user', name });
    holders.push({ kind: kind ?? 'user', id });
  }
  return holders;
}

/** One of the system or of this project: of others nothing is told. */
async function robotId(tx: Tx, { projectId, projectName }: Where, name: string): Promise<number> {
  const id = await findRobotOf(tx, { projectId, name });
  if (id !== undefined) return id;
  throw new AppError('NOT_FOUND', {
    message: `there is no robot "${name.slice(0, 255)}" that can work in ${projectName}`,
    detail: `a robot of the project is named as robot:${projectName}+NAME, one of the system as robot:NAME`,
  });
}

function samePatterns({ tags, repositories }: Given): AppError {
  return new AppError('CONFLICT', {
    message: `there is a rule for the tags ${tags} in ${repositories} already`,
    detail: 'change that one',
  });
}

async function tell(
  tx: Tx,
  type: 'protection.created' | 'protection.updated' | 'protection.deleted',
  of: Where & {
    readonly id: number;
    readonly now: number;
    readonly repositories: string;
    readonly tags: string;
    readonly allowed?: readonly string[];
  },
): Promise<void> {
  const { projectId, projectName, id, repositories, tags, allowed, actor, now } = of;
  await append(tx, {
    type,
    at: now,
    actor,
    projectId,
    object: `${projectName}/${id}`,
    data: { repositories, tags, ...(allowed === undefined ? {} : { allowed: allowed.join(' ') }) },
  });
}
