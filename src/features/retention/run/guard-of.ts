import { keeps } from '../../../content/tags/immutable-rule.ts';
import { rulesOf } from '../../../content/tags/immutable-rule-reads.ts';
import { coversRepository, coversTag } from '../../../content/tags/protection.ts';
import { protectionsOf } from '../../../content/tags/protection-reads.ts';
import type { Queries } from '../../../platform/db/database.ts';
import type { Candidate } from '../plan/candidate.ts';
import type { Reason } from '../plan/evaluate.ts';

export type Guard = (candidate: Candidate) => Reason | undefined;

/** What stays in a project whatever a policy says; protected tags stay for everybody, whoever began the run. */
export async function guardOf(db: Queries, projectId: number): Promise<(repositoryName: string) => Guard> {
  const immutable = (await rulesOf(db, projectId)).filter(({ disabled }) => !disabled);
  const protections = await protectionsOf(db, projectId);
  return (repositoryName) => {
    const covering = protections.filter((each) => coversRepository(each, repositoryName));
    return ({ tags }) => {
      for (const { name: tag } of tags) {
        const rule = immutable.find((each) => keeps(each, repositoryName, tag));
        if (rule !== undefined) return { kind: 'immutable tag', tag, rule: rule.id };
        const protection = covering.find((each) => coversTag(each, tag));
        if (protection !== undefined) return { kind: 'protected tag', tag, rule: protection.id };
      }
      return undefined;
    };
  };
}
