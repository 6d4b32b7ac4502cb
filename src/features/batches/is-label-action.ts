import type { Permission } from '../../access/grants/roles.ts';
import type { BatchAction } from '../../platform/db/schema/schema-of-batches.ts';

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
  return action === 'label-tags' || action === 'label-artifacts'
    ? 'artifact-label:create'
    : 'artifact-label:delete';
}
