import { pipeline, Readable, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { ByteBlocks } from './byte-blocks.ts';
import type { LayerLimits } from './layer-limits.ts';
import { UnreadableLayer } from './layer-problem.ts';

const chunkSize = 256 * 1024;

export type UnpackLimits = Pick<LayerLimits, 'unpackedBytes' | 'ratio' | 'denseFromBytes'>;

/**
 * What a layer holds, whether it is packed with gzip, zstd or not at all: its first bytes tell, as clients do it, whatever
 * its media type says.
 * @throws UnreadableLayer
 */
export async function* unpacked(
  packed: AsyncIterable<Uint8Array>,
  limits: UnpackLimits,
): AsyncGenerator<Uint8Array> {
  let given = 0;
  const blocks = new ByteBlocks(packed);
  const head = await blocks.take(4);
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for (let part = head; part.length > 0; part = await blocks.take(chunkSize)) {
      given += part.length;
      yield part;
    }
  };
  const decoder = decoderOf(head);
  let bytes = 0;
  try {
    for await (const chunk of decoder === undefined ? counted() : decoded(counted(), decoder)) {
      bytes += chunk.length;
      if (bytes > limits.unpackedBytes) throw new UnreadableLayer('too-large');
      if (bytes > limits.denseFromBytes && bytes > given * limits.ratio)
        throw new UnreadableLayer('too-dense');
      yield chunk;
    }
  } finally {
    await blocks.end();
  }
}

function decoderOf(head: Uint8Array): Transform | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return createGunzip({ chunkSize });
  const isZstd = head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd;
  return isZstd ? createZstdDecompress({ chunkSize }) : undefined;
}

async function* decoded(packed: AsyncIterable<Uint8Array>, decoder: Transform): AsyncGenerator<Uint8Array> {
  // What fails at either end is thrown by the loop.
  pipeline(Readable.from(packed, { objectMode: true, highWaterMark: 1 }), decoder, () => undefined);
  try {
    for await (const chunk of decoder as AsyncIterable<Uint8Array>) yield chunk;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR') throw new UnreadableLayer('cut-off', { cause: error });
    if (code?.startsWith('Z_') === true || code?.startsWith('ZSTD_') === true)
      throw new UnreadableLayer('damaged', { cause: error });
    throw error;
  }
}
