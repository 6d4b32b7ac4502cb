import type { ImageLayer } from './read-image.ts';

export interface ComparedLayer {
  readonly layer: ImageLayer;
  readonly change: 'same' | 'added' | 'removed';
}

/**
 * The layers of two images from the lowest: what both have at the bottom, then what only the first has, then what the second
 * has. A layer that the first has elsewhere is the same: nobody pulls it again.
 */
export function compareLayers(
  before: readonly ImageLayer[],
  after: readonly ImageLayer[],
): { readonly layers: readonly ComparedLayer[]; readonly shared: number } {
  let shared = 0;
  while (shared < before.length && before[shared]?.digest === after[shared]?.digest) shared += 1;
  const [had, has] = [before, after].map((layers) => new Set(layers.map(({ digest }) => digest)));
  const gone = before.slice(shared).filter(({ digest }) => has?.has(digest) !== true);
  return {
    shared,
    layers: [
      ...before.slice(0, shared).map((layer) => ({ layer, change: 'same' }) as const),
      ...gone.map((layer) => ({ layer, change: 'removed' }) as const),
      ...after
        .slice(shared)
        .map((layer) => ({ layer, change: had?.has(layer.digest) === true ? 'same' : 'added' }) as const),
    ],
  };
}
