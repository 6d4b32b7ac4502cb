import { AppError } from '../../lib/errors.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { type ImmutableRule, type RuleDefinition, requireRule } from './immutable-rule.ts';
import { rulesOf } from './immutable-rule-reads.ts';
import { deleteRule, insertRule, lockRules, setRule } from './immutable-rule-writes.ts';

interface Deps {
  readonly db: Database;
}

interface Where {
  readonly projectId: number;
  readonly projectName: string;
  readonly actor: Actor;
}

interface Given extends Where {
  readonly rule: RuleDefinition;
  /** Undefined: no word of it, so it stays. */
  readonly acceptSameDigest: boolean | undefined;
}

/**
 * Holds for tags that are there already, too.
 * @throws AppError BAD_REQUEST, CONFLICT
 */
export async function createImmutableRule(deps: Deps, input: Given): Promise<number> {
  const { projectId } = input;
  const definition = requireRule(input.rule);
  const now = await deps.db.now();
  return deps.db.transaction(async (tx) => {
    await lockRules(tx, projectId, 'to change');
    const acceptSameDigest = Number(input.acceptSameDigest ?? false);
    const id = await insertRule(tx, { projectId, definition, acceptSameDigest, now });
    if (id === undefined) throw sameRule();
    await tell(tx, 'immutable.created', { ...input, id, now });
    return id;
  });
}

/**
 * All of it at once, where Harbor drops the rest of a change that switches the rule on or off.
 * @throws AppError BAD_REQUEST, NOT_FOUND, CONFLICT
 */
export async function updateImmutableRule(
  deps: Deps,
  input: Given & { readonly id: number; readonly disabled: boolean },
): Promise<void> {
  const { id, projectId, disabled } = input;
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const rules = await rulesToChange(tx, projectId);
    const before = requireFound(rules, id);
    const definition = requireRule(input.rule);
    const same = rules.find((rule) => rule.id !== id && requireRule(rule) === definition);
    if (same !== undefined) throw sameRule();
    await setRule(tx, {
      id,
      disabled: Number(disabled),
      definition,
      acceptSameDigest: Number(input.acceptSameDigest ?? before.acceptSameDigest),
      now,
    });
    await tell(tx, 'immutable.updated', { ...input, now });
  });
}

/** @throws AppError NOT_FOUND */
export async function deleteImmutableRule(deps: Deps, input: Where & { readonly id: number }): Promise<void> {
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    requireFound(await rulesToChange(tx, input.projectId), input.id);
    await deleteRule(tx, input.id);
    await tell(tx, 'immutable.deleted', { ...input, now });
  });
}

async function rulesToChange(tx: Tx, projectId: number): Promise<readonly ImmutableRule[]> {
  await lockRules(tx, projectId, 'to change');
  return rulesOf(tx, projectId);
}

function requireFound(rules: readonly ImmutableRule[], id: number): ImmutableRule {
  const found = rules.find((rule) => rule.id === id);
  if (found === undefined) throw new AppError('NOT_FOUND', { message: `immutable rule ${id} not found` });
  return found;
}

function sameRule(): AppError {
  return new AppError('CONFLICT', { message: 'the project has the same immutable rule already' });
}

async function tell(
  tx: Tx,
  type: 'immutable.created' | 'immutable.updated' | 'immutable.deleted',
  { projectId, projectName, id, actor, now }: Where & { readonly id: number; readonly now: number },
): Promise<void> {
  await append(tx, { type, at: now, actor, projectId, object: `${projectName}/${id}` });
}
