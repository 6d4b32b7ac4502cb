import { silentLog, type World } from '../../testing/world.ts';
import {
  type Collected,
  collectGarbage,
  type GarbageDeps,
  type GarbageInput,
  type GarbageRun,
} from '../collect-garbage.ts';
import { type GarbagePlan, planGarbage } from '../plan-garbage.ts';

const signal = new AbortController().signal;
const byDefault: GarbageInput = { deleteUntagged: false, purgeTrash: false, workers: 1 };

export type Altered = Partial<GarbageDeps> & Partial<GarbageInput> & Partial<GarbageRun>;

function depsOf(world: World, altered: Altered): GarbageDeps {
  return { ...world.deps, log: silentLog, windowMs: 0, ...altered };
}

/** A run by hand without any patience. */
export function collect(world: World, altered: Altered = {}): Promise<Collected> {
  const run = { signal, log: () => {}, progress: () => {}, found: () => {}, condemnedBefore: undefined };
  return collectGarbage(depsOf(world, altered), { ...byDefault, ...altered }, { ...run, ...altered });
}

export function plan(
  world: World,
  altered: Altered & { readonly oldestSnapshot?: number } = {},
): Promise<GarbagePlan> {
  const run = { signal, progress: () => {}, oldestSnapshot: altered.oldestSnapshot };
  return planGarbage(depsOf(world, altered), { ...byDefault, ...altered }, run);
}
