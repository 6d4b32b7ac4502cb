import { locked, splitList } from '../../access/defaults/require-unlocked.ts';
import type { CreateProjectInput } from '../../access/projects/create-project.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { type RuleDefinition, requireRule } from './immutable-rule.ts';
import { insertRule } from './immutable-rule-writes.ts';

/** One for each pattern of tags, in all repositories; the order of the keys is that of stored rules. */
function ruleFor(pattern: string): RuleDefinition {
  return {
    priority: 0,
    params: {},
    tags: [{ kind: 'doublestar', decoration: 'matches', pattern, extras: '' }],
    repositories: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**', extras: '' }],
  };
}

export function defaultTags(settings: Pick<Settings, 'get'>): readonly string[] {
  return [...new Set(splitList(settings.get('project_immutable_default')))];
}

/** Gives a new project the rules by which tags stay that every one begins with. */
export function beginWithRules(
  settings: Pick<Settings, 'get'>,
): Required<Pick<CreateProjectInput, 'begin'>>['begin'] {
  return async (tx, { projectId, now }) => {
    const patterns = defaultTags(settings);
    for (const pattern of patterns)
      await insertRule(tx, {
        projectId,
        definition: requireRule(ruleFor(pattern)),
        acceptSameDigest: 0,
        now,
      });
    return patterns.length === 0 ? {} : { immutableTags: patterns.join(',') };
  };
}

/**
 * Before a rule is changed or deleted.
 * @throws AppError DENIED for one that an administrator has locked
 */
export function requireRuleUnlocked(settings: Pick<Settings, 'get'>, rule: RuleDefinition): void {
  if (!settings.get('project_immutable_locked')) return;
  const [tags, repositories] = [rule.tags[0], rule.repositories[0]];
  const isWhole =
    tags?.kind === 'doublestar' &&
    tags.decoration === 'matches' &&
    repositories?.kind === 'doublestar' &&
    repositories.decoration === 'repoMatches' &&
    repositories.pattern === '**';
  if (isWhole && defaultTags(settings).includes(tags.pattern))
    throw locked('immutability', tags.pattern, 'project_immutable_locked');
}
