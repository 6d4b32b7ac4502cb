import { AppError } from '../../lib/errors.ts';
import { layerLimits as limits } from '../../platform/layers/layer-limits.ts';
import type { LayerProblem } from '../../platform/layers/layer-problem.ts';

/** Why nobody can look into a layer. */
export type UnreadLayer = LayerProblem | 'not-stored';

const gibibyte = 1024 ** 3;

const reasons: Readonly<Record<UnreadLayer, string>> = {
  'not-stored': 'it is not stored in this repository',
  encrypted: 'it is encrypted',
  'no-archive': 'it is no tar archive, plain or packed with gzip or zstd',
  damaged: 'its archive is damaged',
  'cut-off': 'its archive is cut off before its end',
  'too-many-entries': `it has more than ${limits.entries} files and folders`,
  'too-large': `it unpacks to more than ${limits.unpackedBytes / gibibyte} GiB`,
  'too-dense': `it unpacks to more than ${limits.ratio} times its size`,
  'name-too-long': `a name in it has more than ${limits.nameBytes} bytes or ${limits.depth} folders`,
  'too-many-names': 'the names in it are too many and too long to be kept',
  'too-slow': `it could not be read within ${limits.timeMs / 1000} seconds`,
};

const beyondLimits: readonly UnreadLayer[] = [
  'too-many-entries',
  'too-large',
  'too-dense',
  'name-too-long',
  'too-many-names',
  'too-slow',
];

/** The end of a sentence about the layer. */
export function unreadReason(problem: UnreadLayer): string {
  return reasons[problem];
}

/** The answer to who asks for what is in it. */
export function unreadLayer(digest: string, problem: UnreadLayer): AppError {
  const message = `nobody can look into layer ${digest.slice(0, 200)}: ${reasons[problem]}`;
  return new AppError(beyondLimits.includes(problem) ? 'CONTENT_TOO_LARGE' : 'PRECONDITION', { message });
}
