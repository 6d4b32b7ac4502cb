import { UnreadableLayer } from '../../platform/layers/layer-problem.ts';
import { TarReader } from '../../platform/layers/tar-reader.ts';
import { type UnpackLimits, unpacked } from '../../platform/layers/unpacked.ts';

/**
 * The first file of a layer whose name is wanted, unless it is larger; undefined where there is none, or the layer cannot be
 * read up to it.
 */
export async function findInTar(
  layer: Uint8Array,
  wanted: (name: string) => boolean,
  limits: UnpackLimits & { readonly fileBytes: number },
): Promise<Uint8Array | undefined> {
  const tar = new TarReader(unpacked(inOnePiece(layer), limits));
  try {
    for (let entry = await tar.next(); entry !== undefined; entry = await tar.next()) {
      if (entry.kind !== 'file' || !wanted(entry.name.replace(/^\.\//, ''))) continue;
      if (entry.size > limits.fileBytes) return undefined;
      const parts: Uint8Array[] = [];
      await tar.content((part) => parts.push(part));
      return Buffer.concat(parts);
    }
  } catch (error) {
    if (!(error instanceof UnreadableLayer)) throw error;
  } finally {
    await tar.end();
  }
  return undefined;
}

async function* inOnePiece(layer: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(layer);
}
