import type { ParsedManifest } from '../../lib/oci/manifest.ts';
import { isUserDefined } from './facts-of-manifest.ts';

/** A config that is larger is not read. */
export const maxConfigBytes = 4 * 1024 * 1024;

/** `described` of an artifact's row, as `docs/design/schema.md` has it. */
export const description = { missing: 0, complete: 1, provisional: 2 } as const;

/**
 * What an artifact is said to take, and whether that is all there is to know: its config is read behind the push, and
 * a child that is not there yet counts with its own manifest only.
 */
export function totalOf(
  manifest: ParsedManifest,
  kind: string,
  given: { readonly size: number; readonly childSizes: ReadonlyMap<string, number | null> },
): { totalSize: number; described: number } {
  const { references, shape } = manifest;
  let total = given.size;
  let known = true;
  if (shape === 'index') {
    const children = new Map(references.map((each) => [each.digest, each]));
    for (const { kind: role, digest, sizeBytes } of children.values()) {
      if (role !== 'child') continue;
      const childSize = given.childSizes.get(digest);
      known &&= typeof childSize === 'number';
      total += childSize ?? sizeBytes;
    }
  } else {
    for (const { kind: role, sizeBytes } of references) if (role !== 'subject') total += sizeBytes;
  }
  const described = known ? description.complete : description.provisional;
  return {
    totalSize: Math.min(total, Number.MAX_SAFE_INTEGER),
    described: showsConfig(manifest, kind) ? description.missing : described,
  };
}

const withConfig = ['IMAGE', 'CHART', 'CNAB', 'WASM', 'CNAI', 'SBOM'];

/** Whether lists show something of what the manifest's config says. */
export function showsConfig({ shape, references }: ParsedManifest, kind: string): boolean {
  if (shape === 'index') return kind === 'CNAB';
  const config = references.find((each) => each.kind === 'config');
  if (config === undefined || config.sizeBytes === 0 || config.sizeBytes > maxConfigBytes) return false;
  return withConfig.includes(kind) || isUserDefined(kind);
}
