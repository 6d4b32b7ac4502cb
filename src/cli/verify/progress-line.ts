import { formatBytes } from '../../lib/text/format-bytes.ts';
import type { Language } from '../../lib/text/language.ts';
import { progressText } from '../progress-bar.ts';
import type { StorageProgress } from './storage-report.ts';

/** By blobs where nothing is hashed. */
export function progressLine(progress: StorageProgress, elapsedMs: number, lang: Language): string {
  const { blobs, totalBlobs, bytes, totalBytes } = progress;
  return totalBytes > 0
    ? progressText({ done: bytes, total: totalBytes, before: 0, elapsedMs }, formatBytes, lang)
    : progressText({ done: blobs, total: totalBlobs, before: 0, elapsedMs }, String, lang);
}
