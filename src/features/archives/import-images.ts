import { ArchiveProblem } from '../../lib/archive-problem.ts';
import type { Digest } from '../../lib/oci/digest.ts';
import type { LeftImage, Plan, PlannedImage } from './planned-image.ts';
import type { Registry } from './registry.ts';
import type { Archive } from './tar/archive.ts';

export interface ImportedImage {
  /** As the archive calls it. */
  readonly name: string;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string;
  /** With those of platforms, and of what refers to it. */
  readonly manifests: number;
}

export interface ImportReport {
  readonly images: readonly ImportedImage[];
  readonly left: readonly LeftImage[];
  readonly uploaded: { readonly blobs: number; readonly bytes: number };
}

export interface ImportProgress {
  readonly blobs: number;
  readonly totalBlobs: number;
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface ImportOptions {
  readonly onImage: (image: ImportedImage) => void;
  readonly onLeft: (image: LeftImage) => void;
  readonly onProgress: (progress: ImportProgress) => void;
}

/** Looked for at the same time. */
const batch = 8;

/** What an image still waits for. */
interface Waiting {
  readonly image: PlannedImage;
  readonly blobs: Set<Digest>;
}

/** Bytes that no repository has which needs them. */
interface Upload {
  readonly digest: Digest;
  readonly entry: string;
  readonly sizeBytes: number;
  readonly repositories: readonly string[];
}

/**
 * Brings the images of an archive into a registry. What a repository has is not sent again, so an import that was cut
 * goes on when it is repeated. An image gets its manifests and its tag when all of its blobs are there, and is left out
 * when one of them is not what its digest says.
 * @throws ArchiveProblem when the archive cannot be read on, or nobody answers; what was complete stays
 */
export async function importImages(
  { archive, registry }: { readonly archive: Archive; readonly registry: Registry },
  plan: Plan,
  options: ImportOptions,
): Promise<ImportReport> {
  return new Import(archive, registry, options).run(plan);
}

class Import {
  readonly #archive: Archive;
  readonly #registry: Registry;
  readonly #options: ImportOptions;
  readonly #waiting = new Set<Waiting>();
  readonly #images: ImportedImage[] = [];
  readonly #left: LeftImage[] = [];
  #progress: ImportProgress = { blobs: 0, totalBlobs: 0, bytes: 0, totalBytes: 0 };

  constructor(archive: Archive, registry: Registry, options: ImportOptions) {
    this.#archive = archive;
    this.#registry = registry;
    this.#options = options;
  }

  async run({ images, left }: Plan): Promise<ImportReport> {
    for (const each of left) this.#leave(each);
    for (const image of withoutTwins(images, (each) => this.#leave(each)))
      this.#waiting.add({ image, blobs: new Set(image.blobs.keys()) });
    const uploads = await this.#lookAround();
    const sum = (count: number, { sizeBytes }: Upload): number => count + sizeBytes;
    this.#progress = {
      ...this.#progress,
      totalBlobs: uploads.size,
      totalBytes: [...uploads.values()].reduce(sum, 0),
    };
    await this.#pushComplete();
    await this.#archive.visit(uploads.keys(), async (entry, sizeBytes, bytes) => {
      const upload = uploads.get(entry);
      if (upload === undefined || !this.#isWanted(upload)) return;
      await this.#upload(upload, sizeBytes, bytes);
      await this.#pushComplete();
    });
    for (const { image, blobs } of this.#waiting) {
      const [digest = ''] = blobs;
      this.#leave({ name: image.name, problem: new ArchiveProblem('blobMissing', { digest }) });
    }
    const { blobs, bytes } = this.#progress;
    return { images: this.#images, left: this.#left, uploaded: { blobs, bytes } };
  }

  /** What is there already, or in another repository of this import, need not be read. By names of entries. */
  async #lookAround(): Promise<Map<string, Upload>> {
    const needed = new Map<Digest, Omit<Upload, 'digest' | 'repositories'> & { repositories: Set<string> }>();
    for (const { image } of this.#waiting)
      for (const [digest, { entry, sizeBytes }] of image.blobs) {
        const known = needed.get(digest) ?? { entry, sizeBytes, repositories: new Set<string>() };
        known.repositories.add(image.to.repository);
        needed.set(digest, known);
      }
    const uploads = new Map<string, Upload>();
    const all = [...needed];
    for (let at = 0; at < all.length; at += batch)
      await Promise.all(
        all.slice(at, at + batch).map(async ([digest, blob]) => {
          const repositories = await this.#lacking(digest, [...blob.repositories]);
          if (repositories.length > 0) uploads.set(blob.entry, { ...blob, digest, repositories });
        }),
      );
    return uploads;
  }

  async #lacking(digest: Digest, repositories: readonly string[]): Promise<string[]> {
    const has: string[] = [];
    const lacks: string[] = [];
    for (const repository of repositories) {
      try {
        ((await this.#registry.hasBlob(repository, digest)) ? has : lacks).push(repository);
      } catch (error) {
        this.#refused(error, (image) => image.to.repository === repository);
      }
    }
    for (const repository of has) this.#arrived(digest, repository);
    const [source] = has;
    if (source !== undefined) await this.#mount(digest, source, lacks);
    else if (!(await this.#foundElsewhere(digest, lacks))) return lacks;
    return [];
  }

  /** The registry may have it in a repository that this import is not about. */
  async #foundElsewhere(digest: Digest, [first = '', ...others]: readonly string[]): Promise<boolean> {
    try {
      if (!(await this.#registry.mountBlob(first, digest))) return false;
    } catch (error) {
      this.#refused(error, ({ to }) => to.repository === first);
      return others.length === 0 || this.#foundElsewhere(digest, others);
    }
    this.#arrived(digest, first);
    await this.#mount(digest, first, others);
    return true;
  }

  async #mount(digest: Digest, source: string, repositories: readonly string[]): Promise<void> {
    for (const repository of repositories) {
      try {
        if (!(await this.#registry.mountBlob(repository, digest, source)))
          throw new ArchiveProblem(
            'refused',
            { detail: `${digest} cannot be mounted from ${source}` },
            { status: 403 },
          );
        this.#arrived(digest, repository);
      } catch (error) {
        this.#refused(error, ({ to, blobs }) => to.repository === repository && blobs.has(digest));
      }
    }
  }

  async #upload(upload: Upload, sizeBytes: number, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const { digest, repositories } = upload;
    const [first = '', ...others] = repositories.filter((each) =>
      this.#isWanted({ digest, repositories: [each] }),
    );
    try {
      await this.#registry.putBlob(first, digest, { sizeBytes, bytes: this.#counted(bytes) });
    } catch (error) {
      const damaged = error instanceof ArchiveProblem && error.status === 400;
      const problem = damaged ? new ArchiveProblem('digestWrong', { digest }, { cause: error }) : error;
      this.#refused(problem, ({ blobs }) => blobs.has(digest));
      return;
    }
    this.#progress = { ...this.#progress, blobs: this.#progress.blobs + 1 };
    this.#options.onProgress(this.#progress);
    this.#arrived(digest, first);
    await this.#mount(digest, first, others);
  }

  async *#counted(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of bytes) {
      this.#progress = { ...this.#progress, bytes: this.#progress.bytes + piece.length };
      this.#options.onProgress(this.#progress);
      yield piece;
    }
  }

  #isWanted({ digest, repositories }: Pick<Upload, 'digest' | 'repositories'>): boolean {
    return [...this.#waiting].some(
      ({ image, blobs }) => blobs.has(digest) && repositories.includes(image.to.repository),
    );
  }

  #arrived(digest: Digest, repository: string): void {
    for (const { image, blobs } of this.#waiting)
      if (image.to.repository === repository) blobs.delete(digest);
  }

  async #pushComplete(): Promise<void> {
    for (const waiting of this.#waiting) {
      if (waiting.blobs.size > 0) continue;
      const { image } = waiting;
      try {
        await this.#push(image);
        this.#waiting.delete(waiting);
      } catch (error) {
        this.#refused(error, (each) => each === image);
      }
    }
  }

  async #push({ name, to, root, manifests }: PlannedImage): Promise<void> {
    for (const manifest of manifests)
      await this.#registry.putManifest(
        to.repository,
        manifest,
        manifest.digest === root ? to.tag : undefined,
      );
    const { repository, tag } = to;
    const image = { name, repository, tag, digest: root, manifests: manifests.length };
    this.#images.push(image);
    this.#options.onImage(image);
  }

  /** Leaves out what waits for it, where a registry has said no to something; all else ends the import. */
  #refused(error: unknown, concerns: (image: PlannedImage) => boolean): void {
    const ofImage =
      error instanceof ArchiveProblem && (error.code === 'refused' || error.code === 'digestWrong');
    if (!ofImage) throw error;
    for (const waiting of this.#waiting)
      if (concerns(waiting.image)) {
        this.#waiting.delete(waiting);
        this.#leave({ name: waiting.image.name, problem: error });
      }
  }

  #leave(left: LeftImage): void {
    this.#left.push(left);
    this.#options.onLeft(left);
  }
}

/** Two images cannot have one tag: the first keeps it. */
export function withoutTwins(
  images: readonly PlannedImage[],
  leave: (left: LeftImage) => void,
): PlannedImage[] {
  const taken = new Map<string, Digest>();
  return images.filter(({ name, to, root }) => {
    if (to.tag === undefined) return true;
    const place = `${to.repository}:${to.tag}`;
    const other = taken.get(place);
    taken.set(place, other ?? root);
    if (other === undefined || other === root) return true;
    leave({ name, problem: new ArchiveProblem('tagTwice', { place }) });
    return false;
  });
}
