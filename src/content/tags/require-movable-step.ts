import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Queries, Tx } from '../../platform/db/database.ts';
import { type ImmutableRule, keeps } from './immutable-rule.ts';
import { rulesOf } from './immutable-rule-reads.ts';
import { lockRules } from './immutable-rule-writes.ts';
import { keptFrom } from './kept-from.ts';
import { pageOfTags } from './tag-reads.ts';

interface Place {
  readonly projectId: number;
  readonly repositoryName: string;
}

/**
 * Before a tag that exists is put anew.
 * @throws AppError TAG_IMMUTABLE
 */
export async function requireMovable(
  tx: Tx,
  input: Place & { readonly tag: string; readonly sameDigest: boolean },
): Promise<void> {
  const { repositoryName, tag, sameDigest } = input;
  const rules = (await lockedRules(tx, input)).filter((rule) => !(sameDigest && rule.acceptSameDigest));
  const rule = rules.find((each) => keeps(each, repositoryName, tag));
  if (rule === undefined) return;
  throw keptFrom('moving', { rule, repositoryName, tag });
}

/**
 * Behind the change that took the tags away, alone or with their artifact.
 * @throws AppError TAG_IMMUTABLE
 */
export async function requireDeletable(
  tx: Tx,
  input: Place & { readonly tags: readonly string[] },
): Promise<void> {
  if (input.tags.length > 0) refuseKept(await lockedRules(tx, input), input.repositoryName, input.tags);
}

interface Whole extends Place {
  readonly repositoryId: number;
}

/** Tags of a repository that none of these rules keeps. */
export interface AskedTags {
  readonly rules: readonly ImmutableRule[];
  readonly tags: ReadonlySet<string>;
}

/**
 * Before the transaction in which a repository goes: patterns take long to match, and many tags would keep all other
 * writers waiting.
 * @throws AppError TAG_IMMUTABLE
 */
export async function askAllDeletable(db: Queries, input: Whole): Promise<AskedTags> {
  const rules = await enabledRules(db, input);
  const tags = new Set<string>();
  if (rules.length === 0) return { rules, tags };
  for await (const page of pagesOfTags(db, input.repositoryId)) {
    refuseKept(rules, input.repositoryName, page);
    for (const tag of page) tags.add(tag);
    await nextTurn();
  }
  return { rules, tags };
}

/**
 * In that transaction: what is new since it was asked for is looked at, and everything where the rules are others.
 * @throws AppError TAG_IMMUTABLE
 */
export async function requireAllDeletable(tx: Tx, input: Whole, asked: AskedTags): Promise<void> {
  const rules = await lockedRules(tx, input);
  if (rules.length === 0) return;
  const known = JSON.stringify(rules) === JSON.stringify(asked.rules) ? asked.tags : new Set<string>();
  for await (const page of pagesOfTags(tx, input.repositoryId)) {
    refuseKept(
      rules,
      input.repositoryName,
      page.filter((tag) => !known.has(tag)),
    );
  }
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

function refuseKept(rules: readonly ImmutableRule[], repositoryName: string, tags: readonly string[]): void {
  for (const tag of tags) {
    const rule = rules.find((each) => keeps(each, repositoryName, tag));
    if (rule === undefined) continue;
    throw keptFrom('deleting', { rule, repositoryName, tag });
  }
}

async function lockedRules(tx: Tx, place: Place): Promise<readonly ImmutableRule[]> {
  await lockRules(tx, place.projectId, 'to read');
  return enabledRules(tx, place);
}

async function enabledRules(db: Queries, { projectId }: Place): Promise<readonly ImmutableRule[]> {
  return (await rulesOf(db, projectId)).filter(({ disabled }) => !disabled);
}
