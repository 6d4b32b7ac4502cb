import { createHash } from 'node:crypto';
import { type Blob, KiB, makeBlob, manifestOf } from '../load/blob.ts';

export const grownRepository = 'bench/grown';

/** The one blob that is really stored: the configuration of all images. */
export const sharedConfig = makeBlob('grown', KiB);

export interface GrownImage {
  readonly tag: string;
  readonly manifest: Blob;
  /** In the database only: HEAD finds it, GET would not. */
  readonly layer: Blob;
}

/** The image of that number, from 0. */
export function grownImage(number: number): GrownImage {
  const hex = createHash('sha256').update(`layer ${number}`).digest('hex');
  const layer = { digest: `sha256:${hex}`, size: 100 * KiB, chunks: [] };
  return { tag: `t${String(number).padStart(7, '0')}`, layer, manifest: manifestOf(sharedConfig, [layer]) };
}
