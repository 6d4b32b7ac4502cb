import { isRecord, type Json, objectsIn, textIn } from '../../lib/oci/json.ts';

/** What an index lists for machines, by names such as linux/arm64/v8. Attestations of BuildKit call themselves unknown. */
export function platformsOf(index: Json): ReadonlyMap<string, string> {
  return new Map(
    objectsIn(index, 'manifests').flatMap((child): [string, string][] => {
      const digest = textIn(child, 'digest');
      const name = platformName(child['platform']);
      return digest === undefined || name === '' || name.startsWith('unknown') ? [] : [[name, digest]];
    }),
  );
}

/** Of a platform of an index, or of the config of an image; empty where it says none. */
export function platformName(of: unknown): string {
  if (!isRecord(of)) return '';
  return ['os', 'architecture', 'variant']
    .map((key) => textIn(of, key))
    .filter((part) => part !== undefined && part !== '')
    .join('/');
}
