import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadData } from '../threads/threads.ts';
import { type Extracted, extractFile } from './extract-file.ts';
import { indexLayer } from './index-layer.ts';
import { encodeIndex } from './layer-index.ts';
import type { LayerLimits } from './layer-limits.ts';
import { type LayerProblem, UnreadableLayer } from './layer-problem.ts';

/** What is to be made of the one layer that a thread is sent. */
export type LayerWork = { readonly limits: LayerLimits } & (
  | { readonly kind: 'index' }
  | { readonly kind: 'extract'; readonly path: string; readonly sum: string; readonly maxBytes: number }
);

/** A piece of the layer as it is stored; null: that was all. */
export type LayerPiece = Uint8Array<ArrayBuffer> | null;

export type LayerReply =
  /** A piece was used up. */
  | { readonly kind: 'more' }
  | { readonly kind: 'indexed'; readonly index: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'extracted'; readonly extracted: Extracted }
  | { readonly kind: 'refused'; readonly problem: LayerProblem }
  | { readonly kind: 'failed'; readonly error: unknown };

const port = parentPort;
if (port === null) throw new Error('layer-thread runs in a thread only');
const arrived: LayerPiece[] = [];
let wake: (() => void) | undefined;
port.on('message', (piece: LayerPiece) => {
  arrived.push(piece);
  wake?.();
});

async function* pieces(): AsyncGenerator<Uint8Array> {
  for (;;) {
    const piece = arrived.shift();
    if (piece === null) return;
    if (piece === undefined) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      continue;
    }
    yield piece;
    port?.postMessage({ kind: 'more' } satisfies LayerReply);
  }
}

async function work(input: LayerWork): Promise<LayerReply> {
  if (input.kind === 'extract')
    return { kind: 'extracted', extracted: await extractFile(pieces(), input, input.limits) };
  return {
    kind: 'indexed',
    index: encodeIndex(await indexLayer(pieces(), input.limits), input.limits.indexBytes),
  };
}

try {
  port.postMessage(await work((workerData as ThreadData).input as LayerWork));
} catch (error) {
  const reply: LayerReply =
    error instanceof UnreadableLayer
      ? { kind: 'refused', problem: error.problem }
      : { kind: 'failed', error };
  port.postMessage(reply);
}
