import type { Permission } from '../../../access/grants/roles.ts';
import { type Because, because } from '../../../lib/because.ts';
import type { BatchAction } from '../../../platform/db/schema/schema-of-batches.ts';
import type { LabelOfBatch } from '../batch.ts';

/** What undoes each; both of tags are of the artifacts that they stood for when it was asked for. */
export const opposites = {
  'label-tags': 'unlabel-tags',
  'unlabel-tags': 'label-tags',
  'label-artifacts': 'unlabel-artifacts',
  'unlabel-artifacts': 'label-artifacts',
} as const satisfies Partial<Record<BatchAction, BatchAction>>;

export type LabelAction = keyof typeof opposites;

export function isLabelAction(action: BatchAction): action is LabelAction {
  return Object.hasOwn(opposites, action);
}

export function labelPermission(action: LabelAction): Permission {
  return puts(action) ? 'artifact-label:create' : 'artifact-label:delete';
}

/** Why an artifact stays as it is: it has the label already, or does not have it. */
export function labelIsSo(action: LabelAction, label: LabelOfBatch | undefined): Because {
  return because(puts(action) ? 'label there' : 'label not there', { label: label?.name ?? '' });
}

function puts(action: LabelAction): boolean {
  return action === 'label-tags' || action === 'label-artifacts';
}
