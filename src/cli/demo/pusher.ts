import type { RestClient } from '../client/rest-client.ts';
import type { Artifact, Blob } from './content/artifact.ts';

/** At the same time. */
const batch = 8;

/** Pushes as every client does. */
export class Pusher {
  readonly #client: RestClient;

  constructor(client: RestClient) {
    this.#client = client;
  }

  /** What artifacts consist of, each once. */
  async pushBlobs(repository: string, artifacts: readonly Artifact[]): Promise<void> {
    const blobs = new Map(artifacts.flatMap(blobsOf).map((blob) => [blob.digest, blob]));
    await inBatches([...blobs.values()], ({ digest, bytes }) =>
      this.#client.send(
        'POST',
        `/v2/${repository}/blobs/uploads/?digest=${digest}`,
        bytes,
        'application/octet-stream',
      ),
    );
  }

  /** The tag comes last: where it stands, there is all that belongs to it. */
  async pushManifests(repository: string, artifact: Artifact, tag?: string): Promise<void> {
    const { children, about, digest } = artifact;
    for (const child of children) await this.pushManifests(repository, child);
    if (tag === undefined || about.length > 0) await this.#put(repository, artifact, digest);
    for (const each of about) await this.pushManifests(repository, each);
    if (tag !== undefined) await this.#put(repository, artifact, tag);
  }

  /** As often as clients have pulled it. */
  async pull(repository: string, tag: string, times: number): Promise<void> {
    await inBatches(Array.from({ length: times }), () =>
      this.#client.call('GET', `/v2/${repository}/manifests/${tag}`, undefined, { Accept: '*/*' }),
    );
  }

  #put(repository: string, { bytes, mediaType }: Artifact, reference: string): Promise<void> {
    return this.#client.send('PUT', `/v2/${repository}/manifests/${reference}`, bytes, mediaType);
  }
}

function blobsOf({ blobs, children, about }: Artifact): Blob[] {
  return [...blobs, ...[...children, ...about].flatMap(blobsOf)];
}

async function inBatches<T>(all: readonly T[], run: (one: T) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < all.length; at += batch) await Promise.all(all.slice(at, at + batch).map(run));
}
