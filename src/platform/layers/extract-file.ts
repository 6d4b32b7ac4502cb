import { entryPath } from './entry-path.ts';
import type { LayerLimits } from './layer-limits.ts';
import { sumOf } from './sum-of.ts';
import { TarReader } from './tar-reader.ts';
import { unpacked } from './unpacked.ts';

export type Extracted =
  | { readonly kind: 'file'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'absent' }
  | { readonly kind: 'sparse' }
  | { readonly kind: 'too-large'; readonly size: number };

/**
 * The content of a file of a layer by its path and sum: what comes twice by one path is told apart.
 * @throws UnreadableLayer
 */
export async function extractFile(
  packed: AsyncIterable<Uint8Array>,
  wanted: { readonly path: string; readonly sum: string; readonly maxBytes: number },
  limits: LayerLimits,
): Promise<Extracted> {
  const tar = new TarReader(unpacked(packed, limits));
  try {
    for (let entry = await tar.next(); entry !== undefined; entry = await tar.next()) {
      if (entry.kind !== 'file' || entryPath(entry.name) !== wanted.path) continue;
      const whole = entry.size <= wanted.maxBytes && !entry.sparse;
      const bytes = new Uint8Array(whole ? entry.size : 0);
      if ((await sumOf(tar, whole ? bytes : undefined)) !== wanted.sum) continue;
      return entry.sparse ? { kind: 'sparse' } : whole ? { kind: 'file', bytes } : tooLarge(entry.size);
    }
  } finally {
    await tar.end();
  }
  return { kind: 'absent' };
}

function tooLarge(size: number): Extracted {
  return { kind: 'too-large', size };
}
