import type { Language } from '../../lib/text/language.ts';
import { fill } from '../../lib/text/language.ts';
import { formatBytes } from './format-bytes.ts';
import type { StorageProgress } from './storage-report.ts';
import { verifyTexts } from './text.ts';

const barWidth = 20;
/** A rate over less says nothing. */
const firstRateMs = 1000;

/** `[######··············]  31%  1.2 GiB of 4.0 GiB  210.0 MiB/s  0:13 left`; by blobs where nothing is hashed. */
export function progressLine(progress: StorageProgress, elapsedMs: number, lang: Language): string {
  const { blobs, totalBlobs, bytes, totalBytes } = progress;
  const byBytes = totalBytes > 0;
  const [done, total] = byBytes ? [bytes, totalBytes] : [blobs, totalBlobs];
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(share * barWidth);
  const bar = `[${'#'.repeat(filled)}${'·'.repeat(barWidth - filled)}]`;
  const amount = byBytes ? `${formatBytes(bytes)} / ${formatBytes(totalBytes)}` : `${blobs} / ${totalBlobs}`;
  const parts = [bar, `${Math.floor(share * 100)}%`.padStart(4), amount];
  if (elapsedMs >= firstRateMs && done > 0) {
    const perSecond = (done * 1000) / elapsedMs;
    parts.push(byBytes ? `${formatBytes(perSecond)}/s` : `${Math.round(perSecond)}/s`);
    const seconds = Math.max(0, Math.ceil((total - done) / perSecond));
    parts.push(fill(verifyTexts.left[lang], { time: clockTime(seconds) }));
  }
  return parts.join('  ');
}

function clockTime(seconds: number): string {
  const pad = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}
