import type { BlobStore, Deletion } from '../../../platform/blobstore/blob-store.ts';
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

export type Altered = Partial<Omit<GarbageDeps, 'log'>> & Partial<GarbageInput> & Partial<GarbageRun>;

function depsOf(world: World, altered: Altered): GarbageDeps {
  return { ...world.deps, windowMs: 0, served: () => ({ answers: 0, bytes: 0 }), ...altered, log: silentLog };
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

/** The same store, which does not delete one of its objects. */
export function refusing(real: BlobStore, refused: string): BlobStore {
  return new Proxy(real, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name !== 'deleteMany') return typeof value === 'function' ? value.bind(target) : value;
      return async (keys: readonly string[]): Promise<Deletion[]> => {
        const others = keys.filter((key) => key !== refused);
        const done = new Map((await target.deleteMany(others)).map((each, index) => [others[index], each]));
        return keys.map((key) => done.get(key) ?? { kind: 'failed', error: new Error('403 Forbidden') });
      };
    },
  });
}

/** The same store, which does not tell of one of its objects. */
export function hiding(real: BlobStore, hidden: string): BlobStore {
  return new Proxy(real, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name !== 'stat') return typeof value === 'function' ? value.bind(target) : value;
      return (key: string) =>
        key === hidden ? Promise.reject(new Error('the disk is ill')) : target.stat(key);
    },
  });
}
