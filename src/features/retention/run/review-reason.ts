import type { PlanTotals } from '../preview/plan-project.ts';
import type { StoredPolicy } from '../store/policy-store.ts';

/** A run by schedule that drops more of a project's tags than this waits for somebody. */
const mostPercent = 20;

/** Why somebody has to look at it before it is done; undefined: nobody has to. */
export function reviewReason(
  { version, approvedVersion }: Pick<StoredPolicy, 'version' | 'approvedVersion'>,
  { dropped, tags, droppedTags, droppedPulledTags }: PlanTotals,
  isImported: boolean,
): string | undefined {
  if (dropped === 0) return undefined;
  if (approvedVersion < version) return 'it is the first run of the policy as it is now';
  if (isImported) return 'it is the first run since content was imported into the project';
  if (droppedTags * 100 > tags * mostPercent)
    return `it would drop ${droppedTags} of ${tags} tags, which is more than ${mostPercent} %`;
  if (droppedPulledTags > 0)
    return `it would drop ${droppedPulledTags} tags that were pulled within the last 7 days`;
  return undefined;
}
