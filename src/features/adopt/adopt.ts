import type { PushManifestDeps } from '../../content/artifacts/push-manifest.ts';
import type { ParsedName } from '../../lib/oci/repository-name.ts';
import { type Adopted, adoptStrays } from './adopt-strays.ts';
import { type FoundManifest, findStrays, type Strays } from './find-strays.ts';

export type StrayContent = Strays;
export type StrayImage = FoundManifest;
export type AdoptedImage = Adopted;

export interface Adopt {
  readonly find: () => Promise<StrayContent>;
  readonly into: (strays: StrayContent, name: ParsedName) => AsyncGenerator<AdoptedImage>;
}

export function createAdopt(deps: PushManifestDeps): Adopt {
  return { find: () => findStrays(deps), into: (strays, name) => adoptStrays(deps, strays, name) };
}
