import { AppError } from '../../lib/errors.ts';
import type { Queries, Tx } from '../../platform/db/database.ts';
import { type ImmutableRule, keeps } from './immutable-rule.ts';
import { rulesOf } from './immutable-rule-reads.ts';
import { lockRules } from './immutable-rule-writes.ts';
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
  const name = repositoryName.slice(repositoryName.indexOf('/') + 1);
  throw new AppError('TAG_IMMUTABLE', {
    message: `Failed to process request due to '${name}:${tag}' configured as immutable.`,
    detail: `immutable rule ${rule.id} of the project keeps it: push another tag, or have the rule changed`,
  });
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

const pageSize = 1000;

/**
 * Before a repository goes, in its transaction, so that nothing of it goes when one of its tags must stay.
 * @throws AppError TAG_IMMUTABLE
 */
export async function requireAllDeletable(
  tx: Tx,
  input: Place & { readonly repositoryId: number },
): Promise<void> {
  const rules = await lockedRules(tx, input);
  if (rules.length === 0) return;
  for (let after = ''; ; ) {
    const { count, text } = await pageOfTags(tx, {
      repositoryId: input.repositoryId,
      after,
      count: pageSize,
    });
    const tags = text === '' ? [] : text.split('","');
    refuseKept(rules, input.repositoryName, tags);
    if (count < pageSize) return;
    after = tags.at(-1) ?? '';
  }
}

function refuseKept(rules: readonly ImmutableRule[], repositoryName: string, tags: readonly string[]): void {
  for (const tag of tags) {
    const rule = rules.find((each) => keeps(each, repositoryName, tag));
    if (rule === undefined) continue;
    throw new AppError('TAG_IMMUTABLE', {
      message: `the tag ${tag} configured as immutable, cannot be deleted`,
      detail: `immutable rule ${rule.id} of the project keeps it: have the rule changed`,
    });
  }
}

async function lockedRules(tx: Tx, place: Place): Promise<readonly ImmutableRule[]> {
  await lockRules(tx, place.projectId, 'to read');
  return enabledRules(tx, place);
}

async function enabledRules(db: Queries, { projectId }: Place): Promise<readonly ImmutableRule[]> {
  return (await rulesOf(db, projectId)).filter(({ disabled }) => !disabled);
}
