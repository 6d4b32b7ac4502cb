import type { StrayManifest } from './stray-manifest.ts';

/** What a manifest needs comes before it; digests make a circle impossible. Indexes may be nested to any depth. */
export function* inOrder(manifests: ReadonlyMap<string, StrayManifest>): Generator<StrayManifest> {
  const done = new Set<string>();
  for (const root of manifests.keys()) {
    const open = [root];
    for (let digest = open.at(-1); digest !== undefined; digest = open.at(-1)) {
      const manifest = done.has(digest) ? undefined : manifests.get(digest);
      const first = manifest === undefined ? [] : neededOf(manifest, manifests, done);
      if (first.length > 0) {
        open.push(...first.toReversed());
        continue;
      }
      open.pop();
      if (manifest === undefined) continue;
      done.add(digest);
      yield manifest;
    }
  }
}

function neededOf(
  { references }: StrayManifest,
  manifests: ReadonlyMap<string, StrayManifest>,
  done: ReadonlySet<string>,
): string[] {
  return references
    .filter(({ digest, required }) => required && manifests.has(digest) && !done.has(digest))
    .map(({ digest }) => digest);
}
