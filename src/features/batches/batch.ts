import type { Permission } from '../../access/grants/roles.ts';
import type { SignedInPrincipal } from '../../access/principal.ts';
import type { SignedInAsker } from '../../access/rest-route.ts';
import { type Because, because } from '../../lib/because.ts';
import type { Queries } from '../../platform/db/database.ts';
import type { BatchAction } from '../../platform/db/schema/schema-of-batches.ts';
import type { Actor } from '../../platform/events/append.ts';

export const batchKind = 'BATCH';

export const batchActions = [
  'delete-tags',
  'delete-artifacts',
  'delete-repositories',
  'restore',
  'label-tags',
  'unlabel-tags',
  'label-artifacts',
  'unlabel-artifacts',
] as const satisfies readonly BatchAction[];

/** So many things are changed by one batch at most: more than anybody looks through. */
export const mostItems = 10_000;

/** What somebody asked for, with whose rights it is done. */
export interface Batch {
  readonly id: number;
  readonly action: BatchAction;
  /** As it was called when it was asked for; empty: wherever the things are. */
  readonly place: string;
  readonly projectId: number | null;
  readonly repositoryId: number | null;
  /** The batch that it takes back. */
  readonly undoes: number | null;
  readonly principal: SignedInPrincipal;
  readonly actor: Actor;
  /** When what it is about was looked for. */
  readonly askedAt: number;
  /** What is put on artifacts, or taken from them. */
  readonly label?: LabelOfBatch;
}

/** By the name that it had when it was asked for. */
export interface LabelOfBatch {
  readonly id: number;
  readonly name: string;
}

/** Of one thing: what it is, by the number that `Batch.action` goes by. */
export interface Item {
  readonly id: number;
  readonly name: string;
}

/** What comes back with each of these deletions, so that it can; those that need nothing are left out. */
export type NeededByAll = (
  db: Queries,
  asker: Pick<SignedInAsker, 'grants' | 'now'>,
  ids: readonly number[],
) => Promise<ReadonlyMap<number, Needed>>;

export interface Needed {
  readonly items: readonly (Item & { readonly bytes: number })[];
  /** More is needed, which the asker may not restore. */
  readonly isHidden: boolean;
}

/** Why a thing stays as it was. */
export type Why =
  | 'no right'
  | 'immutable'
  | 'protected'
  | 'in use'
  | 'changed'
  | 'in the way'
  | 'unchanged'
  | 'other';

export interface Refusal {
  readonly why: Why;
  readonly reason: string;
  readonly because?: Because | undefined;
}

/** What the estimate says of who lacks the right. */
export function noRight(permission: Permission): Refusal {
  return {
    why: 'no right',
    reason: `${permission} is missing there`,
    because: because('permission missing', { permission }),
  };
}

export interface Estimate {
  /** By name: what would stay, and why. */
  readonly staying: ReadonlyMap<string, Refusal>;
  /** Names that would go, or come back. */
  readonly tags: number;
  readonly artifacts: number;
  /** By which the usage of the project would fall, or grow. */
  readonly bytes: number;
  /** Names of what else comes back, since they need it. */
  readonly needed?: readonly string[];
}
