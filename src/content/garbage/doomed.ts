import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Queries } from '../../platform/db/database.ts';
import { collectDependentsOfAll } from '../artifacts/collect-dependents.ts';
import { linksOfRepository } from './garbage-reads.ts';
import {
  artifactCounts,
  artifactsOfTrash,
  type DoomedArtifact,
  type DoomedTrash,
  doomedTrash,
  type Going,
  referencesOf,
  repositoriesOfTrash,
} from './plan-reads.ts';
import { scanLinks, scanRepository } from './scan-links.ts';

const pageSize = 500;

/**
 * What a purge of the trash takes with it, and which blobs lose how many of the things that keep them. As large as what goes,
 * not as the registry.
 */
export class Doomed {
  /** Ids of artifacts. */
  readonly artifacts = new Set<number>();
  /** Repositories that go as a whole. */
  readonly #repositories = new Set<number>();
  /** Repositories that something goes from. */
  readonly #places = new Set<number>();
  readonly #artifactsOf = new Map<number, number>();
  readonly #manifests = new Set<number>();
  readonly #references = new Map<number, number>();
  readonly #links = new Map<number, number>();
  readonly #seenLinks = new Set<string>();
  /** Links of what the artifacts that go refer to: `<repository>/<blob>`. */
  readonly #touched = new Set<string>();
  /** The same of artifacts that go to the trash first, which hides their links. */
  readonly #hides = new Set<string>();
  readonly #db: Queries;
  readonly #signal: AbortSignal;
  #purged = 0;

  constructor(db: Queries, signal: AbortSignal) {
    this.#db = db;
    this.#signal = signal;
  }

  /** As a run counts them: artifacts of the trash, and manifests that nobody had. */
  get manifests(): number {
    return this.#purged;
  }

  /** Artifacts of one repository that go to the trash, and from there at once. Before `addTrash`. */
  async addUntagged(ids: readonly number[]): Promise<void> {
    await this.#addArtifacts(await collectDependentsOfAll(this.#db, ids), this.#hides);
  }

  async addTrash(end: number): Promise<void> {
    for (let after = 0; ; ) {
      const page = await doomedTrash(this.#db, { end, after, count: pageSize });
      for (const item of page) await this.#addItem(item);
      const last = page.at(-1);
      if (last === undefined || page.length < pageSize) break;
      after = last.id;
    }
    await this.#addTheirManifests();
  }

  /** As if they had been deleted, and were purged. */
  async addLive(artifacts: readonly DoomedArtifact[]): Promise<void> {
    for (let start = 0; start < artifacts.length; start += pageSize) {
      this.#signal.throwIfAborted();
      await this.#addArtifacts(artifacts.slice(start, start + pageSize));
      await nextTurn();
    }
    await this.#addTheirManifests();
  }

  /** Those of which no artifact stays. */
  async #addTheirManifests(): Promise<void> {
    const ids = [...this.#artifactsOf.keys()];
    for (let start = 0; start < ids.length; start += pageSize) {
      const counts = await artifactCounts(this.#db, ids.slice(start, start + pageSize));
      for (const [id, count] of counts) if (count === this.#artifactsOf.get(id)) this.#manifests.add(id);
    }
  }

  async #addItem(item: DoomedTrash): Promise<void> {
    const repositories = await repositoriesOfTrash(this.#db, item);
    for (const id of repositories) this.#repositories.add(id);
    const sources =
      item.kind === 'artifact' ? [{ trashId: item.id }] : repositories.map((id) => ({ repositoryId: id }));
    for (const source of sources) {
      for (let after = 0; ; ) {
        this.#signal.throwIfAborted();
        const page = await artifactsOfTrash(this.#db, { ...source, after, count: pageSize });
        await this.#addArtifacts(page);
        const last = page.at(-1);
        if (last === undefined || page.length < pageSize) break;
        after = last.id;
        await nextTurn();
      }
    }
  }

  async #addArtifacts(found: readonly DoomedArtifact[], links = this.#touched): Promise<void> {
    const added = found.filter(({ id }) => !this.artifacts.has(id));
    for (const { id, blobId, repositoryId } of added) {
      this.artifacts.add(id);
      this.#places.add(repositoryId);
      this.#artifactsOf.set(blobId, (this.#artifactsOf.get(blobId) ?? 0) + 1);
      this.#purged += 1;
    }
    const byManifest = Map.groupBy(added, ({ blobId }) => blobId);
    for (const { manifestId, blobId } of await referencesOf(this.#db, [...byManifest.keys()]))
      for (const { repositoryId } of byManifest.get(manifestId) ?? []) links.add(`${repositoryId}/${blobId}`);
  }

  addManifest(id: number): void {
    this.#manifests.add(id);
    this.#purged += 1;
  }

  /** What the manifests that go refer to. */
  async follow(): Promise<void> {
    const ids = [...this.#manifests];
    for (let start = 0; start < ids.length; start += pageSize) {
      this.#signal.throwIfAborted();
      for (const { blobId } of await referencesOf(this.#db, ids.slice(start, start + pageSize)))
        this.#references.set(blobId, (this.#references.get(blobId) ?? 0) + 1);
      await nextTurn();
    }
  }

  /** False: it was added before. */
  addLink(repositoryId: number, blobId: number): boolean {
    const name = `${repositoryId}/${blobId}`;
    if (this.#seenLinks.has(name)) return false;
    this.#seenLinks.add(name);
    this.#links.set(blobId, (this.#links.get(blobId) ?? 0) + 1);
    return true;
  }

  /** Hidden links that a purge ends however new they are, and all of repositories that go. */
  async addLinksOfTrash(isDoomed: (artifactId: number) => boolean): Promise<void> {
    for (const repositoryId of this.#repositories) {
      for (let after = 0; ; ) {
        const page = await linksOfRepository(this.#db, { repositoryId, after, count: pageSize });
        for (const { blobId } of page) this.addLink(repositoryId, blobId);
        const last = page.at(-1);
        if (last === undefined || page.length < pageSize) break;
        after = last.blobId;
      }
    }
    const only = (id: number): boolean => this.#places.has(id) && !this.#repositories.has(id);
    const end = Number.MAX_SAFE_INTEGER;
    for await (const links of scanLinks(this.#db, { end, isDoomed, only, signal: this.#signal })) {
      for (const { repositoryId, blobId, hidden } of links) {
        const name = `${repositoryId}/${blobId}`;
        const goes = (hidden === 1 && this.#touched.has(name)) || this.#hides.has(name);
        if (goes) this.addLink(repositoryId, blobId);
      }
    }
  }

  /** Links that a deletion of what `addLive` got hides, and that its purge ends. */
  async addLinksOfLive(): Promise<void> {
    const isDoomed = (id: number): boolean => this.artifacts.has(id);
    const scan = { end: Number.MAX_SAFE_INTEGER, isDoomed, signal: this.#signal };
    for (const place of this.#places) {
      for await (const links of scanRepository(this.#db, place, scan)) {
        for (const { repositoryId, blobId } of links)
          if (this.#touched.has(`${repositoryId}/${blobId}`)) this.addLink(repositoryId, blobId);
      }
    }
  }

  /** Something that goes keeps it. */
  touches(blobId: number): boolean {
    return this.#links.has(blobId) || this.#artifactsOf.has(blobId) || this.#references.has(blobId);
  }

  goingOf(blobId: number): Going {
    return {
      blobId,
      links: this.#links.get(blobId) ?? 0,
      artifacts: this.#artifactsOf.get(blobId) ?? 0,
      references: this.#references.get(blobId) ?? 0,
    };
  }

  *pages(count: number): Generator<readonly Going[]> {
    const ids = [
      ...new Set([
        ...this.#links.keys(),
        ...this.#artifactsOf.keys(),
        ...this.#references.keys(),
        ...this.#manifests,
      ]),
    ];
    for (let start = 0; start < ids.length; start += count)
      yield ids.slice(start, start + count).map((id) => this.goingOf(id));
  }
}
