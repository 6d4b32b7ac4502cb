import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AdoptedBlob } from '../../content/artifacts/adopt-content.ts';
import {
  type CanonicalDigest,
  type Digest,
  digestHex,
  isCanonical,
  parseDigest,
  sha256Digest,
  sha512Digest,
} from '../../lib/oci/digest.ts';
import type { ManifestReference } from '../../lib/oci/manifest.ts';
import { isTag } from '../../lib/oci/tag.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import { hashObjectBy } from '../../platform/blobstore/hash-object.ts';
import { canonicalKey, repositoriesRoot } from '../../platform/blobstore/layout.ts';
import type { HashPool } from '../../platform/threads/hash-pool.ts';
import { inBatches, pagesOf } from './in-batches.ts';
import { type Item, packPages, type RepositoryPage } from './pack-pages.ts';
import type { Report } from './problem.ts';
import { findLink, linkBytes } from './read-link.ts';
import { parseFound, readManifest } from './read-manifest.ts';
import type { StoredContent } from './stored-content.ts';

/** Manifests are in memory so many at a time. */
const manifestsAtOnce = 32;
const othersAtOnce = 500;
/** Parsed in one turn of the event loop; a larger one has it for itself. */
const parsedPerTurn = 64 * 1024;
const referencesPerTurn = 256;

export interface ReadDeps {
  readonly store: BlobStore;
  readonly hashPool: HashPool;
  readonly content: StoredContent;
  readonly report: Report;
}

/**
 * Everything that a repository of the source holds and that is whole, a page at a time: manifests with what they refer
 * to, then what else it links, then its tags. What is not whole is told of and left out.
 */
export async function* readRepository(deps: ReadDeps, name: string): AsyncGenerator<RepositoryPage> {
  yield* packPages(new Reading(deps, `${repositoriesRoot}/${name}`).items());
}

class Reading {
  readonly #deps: ReadDeps;
  readonly #path: string;
  /** Its manifests that were taken over. */
  readonly #manifests = new Set<CanonicalDigest>();
  /** Its blobs that were taken over. */
  readonly #blobs = new Set<CanonicalDigest>();
  readonly #aliases = new Map<CanonicalDigest, Digest[]>();

  constructor(deps: ReadDeps, path: string) {
    this.#deps = deps;
    this.#path = path;
  }

  async *items(): AsyncGenerator<Item> {
    await this.#readAliases();
    const revisions = await this.#linksBelow(`${this.#path}/_manifests/revisions/sha256`);
    const known = new Set<string>(revisions);
    for (const some of pagesOf(revisions, manifestsAtOnce)) yield* this.#manifestItems(some, known);
    const layers = await this.#linksBelow(`${this.#path}/_layers/sha256`);
    for (const some of pagesOf(layers, othersAtOnce)) yield* this.#layerItems(some);
    const tags = await this.#deps.store.folders(`${this.#path}/_manifests/tags`);
    for (const some of pagesOf(tags, othersAtOnce)) yield* this.#tagItems(some);
  }

  /** Digests of the folders that have a link; one without was deleted. A link of the right size says what its path says. */
  async #linksBelow(folder: string): Promise<CanonicalDigest[]> {
    const { store, report } = this.#deps;
    const links = await inBatches(await store.folders(folder), async (hex) => {
      const path = `${folder}/${hex}/link`;
      const found = await store.stat(path);
      if (found === undefined) return undefined;
      const digest = parseDigest(`sha256:${hex}`);
      if (digest !== undefined && isCanonical(digest) && found.sizeBytes === linkBytes) return digest;
      report({ path, reason: 'linkDamaged', detail: '' });
      return undefined;
    });
    return links.filter((digest) => digest !== undefined);
  }

  /**
   * A blob that was pushed by its sha512 has a link of that name to its sha256. Rows may only say so of bytes that were
   * hashed: these, and no others, are read.
   */
  async #readAliases(): Promise<void> {
    const { store, report } = this.#deps;
    const folder = `${this.#path}/_layers/sha512`;
    for (const hex of await store.folders(folder)) {
      const path = `${folder}/${hex}/link`;
      const link = await findLink(store, path);
      if (link === undefined) continue;
      const alias = parseDigest(`sha512:${hex}`);
      const { digest } = link;
      if (alias === undefined || digest === undefined) {
        report({ path, reason: 'linkDamaged', detail: '' });
        continue;
      }
      const hexes = await hashObjectBy(this.#deps, canonicalKey(digest), { withSha512: true });
      if (hexes === undefined) report({ path, reason: 'dataMissing', detail: digest });
      else if (sha256Digest(hexes.sha256) !== digest || sha512Digest(hexes.sha512 ?? '') !== alias)
        report({ path, reason: 'digestWrong', detail: digest });
      else this.#aliases.set(digest, [...(this.#aliases.get(digest) ?? []), alias]);
    }
  }

  /** Each behind the blobs that it needs. */
  async *#manifestItems(
    digests: readonly CanonicalDigest[],
    known: ReadonlySet<string>,
  ): AsyncGenerator<Item> {
    let parsedBytes = 0;
    for (const { path, read } of await inBatches(digests, async (digest) => ({
      path: `${this.#path}/_manifests/revisions/sha256/${digestHex(digest)}/link`,
      read: await readManifest(this.#deps, digest),
    }))) {
      if ('bytes' in read) parsedBytes += read.bytes.length;
      if (parsedBytes > parsedPerTurn) {
        await nextTurn();
        parsedBytes = 0;
      }
      const found = 'bytes' in read ? parseFound(read) : read;
      if (found.reason !== undefined) {
        this.#deps.report({ path, reason: found.reason, detail: found.detail });
        continue;
      }
      const { digest, bytes, manifest } = found;
      this.#manifests.add(digest);
      for (const blob of await this.#neededBlobs(path, manifest.references, known)) yield { blob };
      yield { manifest: { digest, bytes, manifest } };
    }
  }

  /** Whether the repository links it or not: what its manifest needs, it may serve. */
  async #neededBlobs(
    path: string,
    references: readonly ManifestReference[],
    known: ReadonlySet<string>,
  ): Promise<AdoptedBlob[]> {
    const { content, report } = this.#deps;
    const blobs: AdoptedBlob[] = [];
    for (const [at, { kind, digest: text, sizeBytes, required }] of references.entries()) {
      if (at % referencesPerTurn === referencesPerTurn - 1) await nextTurn();
      if (kind === 'subject') continue;
      if (kind === 'child') {
        if (!known.has(text)) report({ path, reason: 'contentMissing', detail: text });
        continue;
      }
      const digest = this.#canonicalOf(text);
      const size = digest && (await content.sizeOf(digest));
      if (digest === undefined || size === undefined) {
        if (required) report({ path, reason: 'contentMissing', detail: text });
      } else if (size !== sizeBytes) report({ path, reason: 'sizeWrong', detail: text });
      else if (!this.#blobs.has(digest)) blobs.push(this.#take(digest, size));
    }
    return blobs;
  }

  #canonicalOf(text: string): CanonicalDigest | undefined {
    const digest = parseDigest(text);
    if (digest === undefined || isCanonical(digest)) return digest;
    return [...this.#aliases].find(([, aliases]) => aliases.includes(digest))?.[0];
  }

  #take(digest: CanonicalDigest, sizeBytes: number): AdoptedBlob {
    this.#blobs.add(digest);
    return { digest, sizeBytes, aliases: this.#aliases.get(digest) ?? [] };
  }

  async *#layerItems(digests: readonly CanonicalDigest[]): AsyncGenerator<Item> {
    const { content, report } = this.#deps;
    const missing = digests.filter((digest) => !this.#blobs.has(digest));
    const sizes = await inBatches(missing, (digest) => content.sizeOf(digest));
    for (const [at, digest] of missing.entries()) {
      const size = sizes[at];
      if (size !== undefined) yield { blob: this.#take(digest, size) };
      else {
        const path = `${this.#path}/_layers/sha256/${digestHex(digest)}/link`;
        report({ path, reason: 'dataMissing', detail: digest });
      }
    }
  }

  async *#tagItems(names: readonly string[]): AsyncGenerator<Item> {
    const { store, report } = this.#deps;
    for (const { tag, path, link } of await inBatches(names, async (tag) => {
      const path = `${this.#path}/_manifests/tags/${tag}/current/link`;
      return { tag, path, link: await findLink(store, path) };
    })) {
      if (link === undefined) continue;
      const { digest } = link;
      if (!isTag(tag)) report({ path, reason: 'tagInvalid', detail: tag });
      else if (digest === undefined) report({ path, reason: 'linkDamaged', detail: '' });
      else if (!this.#manifests.has(digest)) report({ path, reason: 'tagDangling', detail: digest });
      else yield { tag: { tag, digest } };
    }
  }
}
