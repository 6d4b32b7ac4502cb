import { createProject } from '../../access/projects/create-project.ts';
import { findProject } from '../../access/projects/project-reads.ts';
import { adoptContent } from '../../content/artifacts/adopt-content.ts';
import { AppError } from '../../lib/errors.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import { canonicalKey, repositoriesRoot } from '../../platform/blobstore/layout.ts';
import type { Database } from '../../platform/db/database.ts';
import { systemActor } from '../../platform/events/append.ts';
import type { HashPool } from '../../platform/threads/hash-pool.ts';
import { findRepositories } from './find-repositories.ts';
import { type NamedRepository, nameRepositories } from './name-repositories.ts';
import type { RepositoryPage } from './pack-pages.ts';
import type { Problem, Report } from './problem.ts';
import { readRepository } from './read-repository.ts';
import { StoredContent } from './stored-content.ts';

/** `admin`, as in Harbor. */
const firstAdminId = 1;
const fallbackTag = /^sha256-[0-9a-f]{64}$/;

export type SourceProblem = Problem;

export interface ImportDeps {
  /** Undefined: nothing is written, only looked at. */
  readonly db: Database | undefined;
  readonly store: BlobStore;
  /** An absent mount must not make blobs missing. */
  readonly storeIsOurs: () => Promise<boolean>;
  readonly hashPool: HashPool;
}

export interface ImportProgress {
  readonly repositories: number;
  readonly totalRepositories: number;
  readonly tags: number;
}

export interface ImportInput {
  readonly defaultProject: string;
  readonly onProblem: (problem: SourceProblem) => void;
  readonly onProgress: (progress: ImportProgress) => void;
}

/** What the source holds, as far as it is whole, and of it, what the database had not. */
export interface ImportReport {
  readonly repositories: number;
  readonly tags: number;
  readonly manifests: number;
  /** Manifests about another one, which its list of referrers names. */
  readonly referrers: number;
  /** Tags by which clients found referrers in a registry that has no list of them. */
  readonly fallbackTags: number;
  /** Links of repositories to blobs. */
  readonly links: number;
  readonly added: { readonly manifests: number; readonly tags: number; readonly links: number };
  /** Names of the projects that were made, or would be. */
  readonly projects: readonly string[];
  readonly problems: number;
  /** Content stays where it is. */
  readonly bytesCopied: 0;
}

/**
 * Takes over what Docker's registry left in a storage, in place: rows are written, and nothing of the storage is. It may
 * be interrupted at any time, and done again.
 * @throws AppError STORAGE_UNAVAILABLE, DATABASE_UNAVAILABLE
 */
export async function importDistribution(deps: ImportDeps, input: ImportInput): Promise<ImportReport> {
  const totals = new Totals();
  const report: Report = (problem) => {
    totals.problems += 1;
    input.onProblem(problem);
  };
  const { named, problems } = nameRepositories(await findRepositories(deps.store), input.defaultProject);
  for (const problem of problems) report(problem);
  const run = { ...deps, content: new StoredContent(deps.store), report, totals };
  for (const [done, repository] of named.entries()) {
    input.onProgress({ repositories: done, totalRepositories: named.length, tags: totals.tags });
    await importRepository(run, repository);
  }
  input.onProgress({ repositories: named.length, totalRepositories: named.length, tags: totals.tags });
  return totals.report();
}

interface Run extends ImportDeps {
  readonly content: StoredContent;
  readonly report: Report;
  readonly totals: Totals;
}

async function importRepository(run: Run, { name, target }: NamedRepository): Promise<void> {
  try {
    let held = false;
    for await (const page of readRepository(run, name)) {
      if (page.blobs.length + page.manifests.length + page.tags.length === 0) continue;
      held = true;
      run.totals.count(page);
      await write(run, page, { project: target.project, repositoryName: target.fullName });
    }
    if (held) run.totals.repositories += 1;
  } catch (error) {
    if (!(error instanceof AppError) || error.row.status >= 500) throw error;
    run.report({ path: `${repositoriesRoot}/${name}`, reason: 'refused', detail: error.message });
  }
}

async function write(
  run: Run,
  page: RepositoryPage,
  where: { readonly project: string; readonly repositoryName: string },
): Promise<void> {
  const { db, store, storeIsOurs, content, totals } = run;
  const { project, repositoryName } = where;
  if (db === undefined) {
    if (project !== 'library') totals.projects.add(project);
    return;
  }
  await content.makeDurable([...page.blobs, ...page.manifests].map(({ digest }) => digest));
  const projectId = await ensureProject({ db, totals }, project);
  const added = await adoptContent({ db, store, storeIsOurs }, { ...page, projectId, repositoryName });
  for (const digest of added.gone)
    run.report({ path: canonicalKey(digest), reason: 'dataMissing', detail: digest });
  totals.added.links += added.blobs;
  totals.added.manifests += added.manifests;
  totals.added.tags += added.tags;
}

/** For administrators only: who else may see it, they decide. */
async function ensureProject(
  { db, totals }: { readonly db: Database; readonly totals: Totals },
  name: string,
): Promise<number> {
  const found = await findProject(db.reader, name);
  if (found !== undefined) return found.id;
  const settings = { public: false, sparseManifests: false, limitBytes: -1 };
  const id = await createProject({ db }, { ...settings, name, ownerId: firstAdminId, actor: systemActor });
  totals.projects.add(name);
  return id;
}

class Totals {
  repositories = 0;
  tags = 0;
  manifests = 0;
  referrers = 0;
  fallbackTags = 0;
  links = 0;
  problems = 0;
  readonly added = { manifests: 0, tags: 0, links: 0 };
  readonly projects = new Set<string>();

  count({ blobs, manifests, tags }: RepositoryPage): void {
    this.links += blobs.length;
    this.manifests += manifests.length;
    this.referrers += manifests.filter(({ manifest }) => manifest.subject !== undefined).length;
    this.tags += tags.length;
    this.fallbackTags += tags.filter(({ tag }) => fallbackTag.test(tag)).length;
  }

  report(): ImportReport {
    const { repositories, tags, manifests, referrers, fallbackTags, links, problems, added } = this;
    const projects = [...this.projects].toSorted();
    const counts = { repositories, tags, manifests, referrers, fallbackTags, links };
    return { ...counts, added: { ...added }, projects, problems, bytesCopied: 0 };
  }
}
