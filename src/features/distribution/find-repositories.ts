import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import { repositoriesRoot } from '../../platform/blobstore/layout.ts';

/**
 * Names of all folders that hold a repository's links, in order. Docker's registry keeps parts of names from beginning
 * with `_`, so what does is no part of one.
 */
export async function findRepositories(store: BlobStore): Promise<string[]> {
  const found: string[] = [];
  const waiting = [''];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const below = await store.folders(name === '' ? repositoriesRoot : `${repositoriesRoot}/${name}`);
    if (name !== '' && (below.includes('_manifests') || below.includes('_layers'))) found.push(name);
    for (const part of below) if (!part.startsWith('_')) waiting.push(name === '' ? part : `${name}/${part}`);
  }
  return found.toSorted();
}
