import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { type ImmutableRule, keeps, type RuleDefinition } from './immutable-rule.ts';

const ofProject = prepare((db, values: { projectId: number }) =>
  db
    .selectFrom('immutable_rule')
    .select(['id', 'disabled', 'definition', 'accept_same_digest as acceptSameDigest'])
    .where('project_id', '=', values.projectId)
    .orderBy('id'),
);

export async function rulesOf(db: Queries, projectId: number): Promise<readonly ImmutableRule[]> {
  const rows = await db.all(ofProject, { projectId });
  return rows.map(({ id, disabled, definition, acceptSameDigest }) => ({
    ...(JSON.parse(definition) as RuleDefinition),
    id,
    disabled: disabled === 1,
    acceptSameDigest: acceptSameDigest === 1,
  }));
}

interface Shown {
  readonly projectId: number;
  readonly repositoryName: string;
}

/** Which tags of the artifacts' repositories must stay, by the rules of now; rules are read once for each project. */
export async function immutableTags(
  db: Queries,
  artifacts: readonly Shown[],
): Promise<(of: Shown, tag: string) => boolean> {
  const rules = new Map<number, readonly ImmutableRule[]>();
  for (const projectId of new Set(artifacts.map((each) => each.projectId)))
    rules.set(
      projectId,
      (await rulesOf(db, projectId)).filter(({ disabled }) => !disabled),
    );
  return ({ projectId, repositoryName }, tag) =>
    (rules.get(projectId) ?? []).some((rule) => keeps(rule, repositoryName, tag));
}
