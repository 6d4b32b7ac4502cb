import { StartProblem } from '../../../lib/start-problem.ts';
import type { MoveMark, MovePosition } from './move-mark.ts';

/** What is found in the database that is to be filled, before anything is written to it. */
export interface FoundTarget {
  readonly move: MoveMark | undefined;
  /** It belongs to a storage. */
  readonly isRegistry: boolean;
  /** It has tables, and none of them is Berth's. */
  readonly isForeign: boolean;
  /** A server is using it right now. */
  readonly isServed: boolean;
}

export type MovePlan =
  | { readonly kind: 'begin' }
  | { readonly kind: 'resume'; readonly position: MovePosition }
  /** All rows are there and the database has its identity: the storage may have to follow. */
  | { readonly kind: 'arrived' };

interface Leaving {
  /** In the database that is left. */
  readonly mark: MoveMark | undefined;
  readonly storeId: string;
  readonly schema: number;
  /** What the other one is called. */
  readonly to: string;
}

/** @throws StartProblem moveTargetServed, moveTargetTaken */
export function planMove({ mark, storeId, schema, to }: Leaving, found: FoundTarget): MovePlan {
  const { move } = found;
  const isOurs = move !== undefined && mark !== undefined && move.moveId === mark.moveId;
  if (isOurs && move.state === 'arrived') return { kind: 'arrived' };
  if (found.isServed) throw new StartProblem('moveTargetServed', { to });
  const ofAnother = move !== undefined && move.storeId !== storeId;
  if (found.isRegistry || found.isForeign || ofAnother) throw new StartProblem('moveTargetTaken', { to });
  // Rows of another schema, or of a database that was served since, are not those that are there now.
  if (!isOurs || move.state !== 'coming' || move.schema !== schema) return { kind: 'begin' };
  return { kind: 'resume', position: JSON.parse(move.position) as MovePosition };
}
