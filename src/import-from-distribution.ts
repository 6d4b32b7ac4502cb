import {
  type ImportInput,
  type ImportProgress,
  type ImportReport,
  importDistribution,
  type SourceProblem,
} from './features/distribution/distribution.ts';
import { StartProblem } from './lib/start-problem.ts';
import { asStartProblem, type BaseDeps, type OpenHow, openBase, type UnmarkedStore } from './open-base.ts';
import type { BlobStore } from './platform/blobstore/blob-store.ts';
import { FsStore } from './platform/blobstore/fs-store.ts';
import { repositoriesRoot } from './platform/blobstore/layout.ts';
import type { Config } from './platform/config/load-config.ts';
import { fileOps } from './platform/files/file-ops.ts';
import { HashPool } from './platform/threads/hash-pool.ts';
import { Threads } from './platform/threads/threads.ts';

export type DistributionProblem = SourceProblem;
export type DistributionProgress = ImportProgress;

export interface DistributionInput extends ImportInput {
  /** Nothing is made or written, wherever. */
  readonly dryRun: boolean;
}

export interface DistributionImport extends ImportReport {
  /** Only while it exists: the file that names the first password. */
  readonly initialPasswordFile: string | undefined;
}

/**
 * Takes over in place what Docker's registry left in the storage, while no server runs on it.
 * @throws StartProblem
 */
export async function importFromDistribution(
  config: Config,
  deps: BaseDeps,
  input: DistributionInput,
): Promise<DistributionImport> {
  try {
    return input.dryRun
      ? await lookAtDistribution(config, deps, input)
      : await takeDistribution(config, deps, input);
  } catch (error) {
    throw asStartProblem(error, config);
  }
}

async function lookAtDistribution(
  config: Config,
  deps: BaseDeps,
  input: ImportInput,
): Promise<DistributionImport> {
  const { files = fileOps } = deps;
  await using store = new FsStore(config.storage, files, (error) =>
    deps.log.of('storage').warn({ error }, 'a file was not closed'),
  );
  await requireDistribution(store, config.storage);
  await using hashPool = HashPool.start(new Threads(deps.entry), deps.die);
  const report = await importDistribution(
    { db: undefined, store, storeIsOurs: isDistribution(store), hashPool },
    input,
  );
  return { ...report, initialPasswordFile: undefined };
}

async function takeDistribution(
  config: Config,
  deps: BaseDeps,
  input: ImportInput,
): Promise<DistributionImport> {
  const { files = fileOps } = deps;
  {
    await using looked = new FsStore(config.storage, files, () => {});
    await requireDistribution(looked, config.storage);
  }
  let report: ImportReport | undefined;
  const run = async ({ db, store, threads }: UnmarkedStore): Promise<void> => {
    await using hashPool = HashPool.start(threads, deps.die);
    report = await importDistribution({ db, store, storeIsOurs: isDistribution(store), hashPool }, input);
  };
  await using base = await openBase(config, deps, { create: true, takeIn: run });
  base.keep();
  // It is this database's already: what came to the folder since is taken in.
  if (report === undefined) await run(base);
  if (report === undefined) throw new Error('the import gave no report');
  return { ...report, initialPasswordFile: await base.folder.initialPasswordFile() };
}

/** For a start with the settings of Docker's registry: an unmarked root is taken over by the way. */
export function takeInAtStart(config: Config, deps: BaseDeps): OpenHow['takeIn'] {
  if (config.distribution === undefined) return undefined;
  const { storage, defaultProject } = config;
  const log = deps.log.of('import');
  return async ({ db, store, threads }) => {
    log.info({ storage }, "the folder of Docker's registry is being taken over");
    await using hashPool = HashPool.start(threads, deps.die);
    const report = await importDistribution(
      { db, store, storeIsOurs: isDistribution(store), hashPool },
      {
        defaultProject,
        onProgress: () => {},
        onProblem: (problem) => {
          const taken = problem.reason === 'nameTaken';
          log.warn(
            { ...problem },
            taken
              ? 'two repositories have one name here and were left out: berth import distribution --default-project NAME keeps them apart'
              : 'something was left out',
          );
        },
      },
    );
    log.info({ ...report }, "the folder of Docker's registry was taken over");
  };
}

/** A root that is being taken over has no marker yet. */
function isDistribution(store: Pick<BlobStore, 'folders'>): () => Promise<boolean> {
  return async () => (await store.folders(repositoriesRoot)).length > 0;
}

/** @throws StartProblem nothingToImport */
async function requireDistribution(store: FsStore, storage: string): Promise<void> {
  if (!(await isDistribution(store)())) throw new StartProblem('nothingToImport', { storage });
}
