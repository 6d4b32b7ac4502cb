import { setImmediate as nextTurn } from 'node:timers/promises';
import { can } from '../../../access/authorize.ts';
import type { SignedInAsker } from '../../../access/rest-route.ts';
import type { Database } from '../../../platform/db/database.ts';
import { type Estimate, type LabelOfBatch, noRight, type Refusal } from '../batch.ts';
import type { FoundItems } from '../find-items.ts';
import { type LabelAction, labelIsSo, labelPermission } from './is-label-action.ts';
import { findLabelled } from './label-store.ts';

/** What would get the label, or lose it, and what has it so already. */
export async function estimateLabels(
  db: Database,
  { grants, now }: SignedInAsker,
  items: FoundItems & { readonly action: LabelAction },
): Promise<Estimate> {
  const { found, project, place, label, repositoryId } = items;
  const permission = labelPermission(items.action);
  const path = place.slice(place.indexOf('/') + 1);
  const allowed = project !== null && can(grants, permission, { project, path }, now).allowed;
  const adds = permission === 'artifact-label:create';
  const of = { labelId: label?.id ?? 0, repositoryId: repositoryId ?? 0 };
  const marked = await findLabelled(db.reader, of);
  const staying = new Map<string, Refusal>();
  const going = new Set<number>();
  for (const [no, { id, name }] of found.entries()) {
    if (no % turnEvery === turnEvery - 1) await nextTurn();
    if (!allowed) staying.set(name, noRight(permission));
    else if (marked.has(id) === adds || going.has(id)) staying.set(name, unchanged(items.action, label));
    else going.add(id);
  }
  return { staying, tags: 0, artifacts: going.size, bytes: 0 };
}

const turnEvery = 200;

function unchanged(action: LabelAction, label: LabelOfBatch | undefined): Refusal {
  const name = label?.name ?? '';
  const has = labelPermission(action) === 'artifact-label:create' ? 'has' : 'does not have';
  const reason = `the artifact ${has} the label ${name}`;
  return { why: 'unchanged', reason, because: labelIsSo(action, label) };
}
