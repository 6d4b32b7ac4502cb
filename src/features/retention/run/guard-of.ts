import { artifactsInUse, endedList } from '../../../content/artifacts/in-use/in-use-reads.ts';
import { keeps } from '../../../content/tags/immutable-rule.ts';
import { rulesOf } from '../../../content/tags/immutable-rule-reads.ts';
import { coversRepository, coversTag } from '../../../content/tags/protection.ts';
import { protectionsOf } from '../../../content/tags/protection-reads.ts';
import type { Database } from '../../../platform/db/database.ts';
import type { Candidate } from '../plan/candidate.ts';
import type { Reason } from '../plan/evaluate.ts';
import type { CandidateRepository } from '../store/candidate-store.ts';

export type Guard = (candidate: Candidate) => Reason | undefined;

/**
 * What stays in a repository whatever a policy says. Protected tags stay for everybody, whoever began the run; once a list
 * of images in use has ended, everything does.
 */
export async function guardOf(
  { reader, now }: Pick<Database, 'reader' | 'now'>,
  of: { readonly projectId: number; readonly repository: CandidateRepository },
): Promise<Guard> {
  const { projectId, repository } = of;
  const cluster = await endedList(reader, await now());
  if (cluster !== undefined) return () => ({ kind: 'list has ended', cluster });
  const immutable = (await rulesOf(reader, projectId)).filter(({ disabled }) => !disabled);
  const protections = (await protectionsOf(reader, projectId)).filter((each) =>
    coversRepository(each, repository.name),
  );
  const used = await artifactsInUse(reader, repository.id);
  return ({ id, tags }) => {
    const where = used.get(id);
    if (where !== undefined) return { kind: 'in use', cluster: where };
    for (const { name: tag } of tags) {
      const rule = immutable.find((each) => keeps(each, repository.name, tag));
      if (rule !== undefined) return { kind: 'immutable tag', tag, rule: rule.id };
      const protection = protections.find((each) => coversTag(each, tag));
      if (protection !== undefined) return { kind: 'protected tag', tag, rule: protection.id };
    }
    return undefined;
  };
}
