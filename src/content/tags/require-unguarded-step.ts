import { setImmediate as nextTurn } from 'node:timers/promises';
import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Queries, Tx } from '../../platform/db/database.ts';
import { type ImmutableRule, keeps } from './immutable-rule.ts';
import { rulesOf } from './immutable-rule-reads.ts';
import { lockRules } from './immutable-rule-writes.ts';
import {
  findGuard,
  type GuardedPlace,
  guardsOf,
  isOpen,
  type TagChange,
  type TagGuards,
} from './tag-guards.ts';
import { pageOfTags } from './tag-reads.ts';

/**
 * Whatever makes, moves or deletes tags asks here, in its transaction. For a deletion the tags are gone already: nobody
 * puts one back meanwhile.
 * @throws AppError DENIED, TAG_IMMUTABLE
 */
export async function requireUnguarded(
  tx: Tx,
  input: GuardedPlace & {
    readonly tags: readonly string[];
    readonly change: TagChange;
    readonly rulesAreLocked?: boolean;
  },
): Promise<void> {
  if (input.tags.length === 0) return;
  if (input.rulesAreLocked !== true) await lockRules(tx, input.projectId, 'to read');
  await refuseGuarded(tx, await guardsOf(tx, input, input.change), input);
}

interface Whole extends GuardedPlace {
  readonly repositoryId: number;
}

/** Tags of a repository that none of these guards keeps. */
export interface AskedTags {
  readonly guards: TagGuards;
  readonly tags: ReadonlySet<string>;
}

/**
 * Before the transaction in which a repository goes: patterns take long to match, and many tags would keep all other
 * writers waiting.
 * @throws AppError DENIED, TAG_IMMUTABLE
 */
export async function askAllDeletable(db: Queries, input: Whole): Promise<AskedTags> {
  const guards = await guardsOf(db, input, 'delete');
  const tags = new Set<string>();
  if (isOpen(guards)) return { guards, tags };
  for await (const page of pagesOfTags(db, input.repositoryId)) {
    await refuseGuarded(db, guards, { ...input, tags: page, change: 'delete' });
    for (const tag of page) tags.add(tag);
    await nextTurn();
  }
  return { guards, tags };
}

/**
 * In that transaction: what is new since it was asked for is looked at, and everything where the guards are others.
 * @throws AppError DENIED, TAG_IMMUTABLE
 */
export async function requireAllDeletable(tx: Tx, input: Whole, asked: AskedTags): Promise<void> {
  await lockRules(tx, input.projectId, 'to read');
  const guards = await guardsOf(tx, input, 'delete');
  if (isOpen(guards)) return;
  const known = JSON.stringify(guards) === JSON.stringify(asked.guards) ? asked.tags : new Set<string>();
  for await (const page of pagesOfTags(tx, input.repositoryId)) {
    const tags = page.filter((tag) => !known.has(tag));
    await refuseGuarded(tx, guards, { ...input, tags, change: 'delete' });
  }
}

/**
 * A repository gets another name: what must stay under the one has to be kept under the other, and its tags are deleted
 * at the one and made at the other, for whoever protects them there.
 * @throws AppError DENIED, TAG_IMMUTABLE
 */
export async function requireStillKept(
  tx: Tx,
  {
    repositoryId,
    from,
    to,
  }: { readonly repositoryId: number; readonly from: GuardedPlace; readonly to: GuardedPlace },
): Promise<void> {
  const places = [from, to].toSorted((a, b) => a.projectId - b.projectId);
  for (const place of places) await lockRules(tx, place.projectId, 'to read');
  const [before, after] = [await guardsOf(tx, from, 'delete'), await guardsOf(tx, to, 'create')];
  const keeping = (await rulesOf(tx, to.projectId)).filter(({ disabled }) => !disabled);
  if (isOpen(before) && isOpen(after)) return;
  for await (const tags of pagesOfTags(tx, repositoryId)) {
    await refuseGuarded(
      tx,
      { immutable: [], protections: before.protections },
      { ...from, tags, change: 'delete' },
    );
    await refuseGuarded(tx, after, { ...to, tags, change: 'create' });
    const lost = tags.filter((tag) => !keeping.some((rule) => keeps(rule, to.repositoryName, tag)));
    for (const tag of lost) {
      const rule = before.immutable.find((each) => keeps(each, from.repositoryName, tag));
      if (rule !== undefined) throw notKept(rule, tag, to.repositoryName);
    }
  }
}

function notKept({ id }: ImmutableRule, tag: string, name: string): AppError {
  return new AppError('TAG_IMMUTABLE', {
    message: `the tag ${tag} is configured as immutable, and no rule would keep it at ${name}: immutable rule ${id} of the project has to be changed first`,
    because: because('tag immutable', { tag, rule: String(id) }),
  });
}

const pageSize = 1000;

async function* pagesOfTags(db: Queries, repositoryId: number): AsyncGenerator<readonly string[]> {
  for (let after = ''; ; ) {
    const { count, text } = await pageOfTags(db, { repositoryId, after, count: pageSize });
    const tags = text === '' ? [] : text.split('","');
    yield tags;
    if (count < pageSize) return;
    after = tags.at(-1) ?? '';
  }
}

async function refuseGuarded(
  db: Queries,
  guards: TagGuards,
  input: GuardedPlace & { readonly tags: readonly string[]; readonly change: TagChange },
): Promise<void> {
  const guard = await findGuard(db, guards, input);
  if (guard !== undefined) throw guard;
}
