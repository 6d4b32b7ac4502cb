import { parentPort } from 'node:worker_threads';
import type { ImageAnswers, ImageKey, ImageQuestion } from './image-question.ts';
import { type LayerProblem, UnreadableLayer } from './layer-problem.ts';
import { OpenedImages } from './opened-images.ts';

export type FilesRequest =
  | {
      readonly kind: 'open';
      readonly image: ImageKey;
      readonly layers: readonly (Uint8Array | undefined)[];
    }
  | { readonly kind: 'ask'; readonly question: ImageQuestion };

/** In the order of the requests. */
export type FilesReply =
  | { readonly kind: 'opened' }
  | { readonly kind: 'missing'; readonly images: readonly ImageKey[] }
  | { readonly kind: 'answer'; readonly answer: ImageAnswers[ImageQuestion['kind']] }
  | { readonly kind: 'refused'; readonly problem: LayerProblem }
  | { readonly kind: 'failed'; readonly error: unknown };

const images = new OpenedImages();

function reply(request: FilesRequest): FilesReply {
  if (request.kind === 'open') {
    images.open(request.image, request.layers);
    return { kind: 'opened' };
  }
  const missing = images.missing(request.question);
  return missing.length > 0
    ? { kind: 'missing', images: missing }
    : { kind: 'answer', answer: images.answer(request.question) };
}

const port = parentPort;
if (port === null) throw new Error('files-thread runs in a thread only');
port.on('message', (request: FilesRequest) => {
  try {
    port.postMessage(reply(request));
  } catch (error) {
    const failed: FilesReply =
      error instanceof UnreadableLayer
        ? { kind: 'refused', problem: error.problem }
        : { kind: 'failed', error };
    port.postMessage(failed);
  }
});
