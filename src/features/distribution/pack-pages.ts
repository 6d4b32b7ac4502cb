import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  AdoptContentInput,
  AdoptedBlob,
  AdoptedManifest,
} from '../../content/artifacts/adopt-content.ts';

/** What one transaction takes over. */
export type RepositoryPage = Pick<AdoptContentInput, 'blobs' | 'manifests' | 'tags'>;

type AdoptedTag = RepositoryPage['tags'][number];

export type Item =
  | { readonly blob: AdoptedBlob }
  | { readonly manifest: AdoptedManifest }
  | { readonly tag: AdoptedTag };

/** A link or a tag weighs 1, which is about 0.3 ms of the main thread; a page has to be written in well under 50 ms. */
export const maxWeight = 64;
const referencesPerWeight = 64;
const bytesPerWeight = 64 * 1024;

/** Of the work of writing it. */
export function weightOf(item: Item): number {
  if (!('manifest' in item)) return 1;
  const { bytes, manifest } = item.manifest;
  return (
    4 + Math.ceil(manifest.references.length / referencesPerWeight) + Math.ceil(bytes.length / bytesPerWeight)
  );
}

/** In their order, as many to a page as one turn of the event loop can write, and one at least. */
export async function* packPages(items: AsyncIterable<Item>): AsyncGenerator<RepositoryPage> {
  let page = new Page();
  for await (const item of items) {
    if (page.weight > 0 && page.weight + weightOf(item) > maxWeight) {
      // What was read for it came in this one.
      await nextTurn();
      yield page;
      page = new Page();
    }
    page.add(item);
  }
  if (page.weight > 0) yield page;
}

class Page implements RepositoryPage {
  readonly blobs: AdoptedBlob[] = [];
  readonly manifests: AdoptedManifest[] = [];
  readonly tags: AdoptedTag[] = [];
  weight = 0;

  add(item: Item): void {
    if ('blob' in item) this.blobs.push(item.blob);
    else if ('manifest' in item) this.manifests.push(item.manifest);
    else this.tags.push(item.tag);
    this.weight += weightOf(item);
  }
}
