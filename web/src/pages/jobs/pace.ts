import type { Answer } from '../../api/call.ts';

type Told = Pick<
  Answer<'GET /api/berth/v1/jobs/{job_id}'>,
  'kind' | 'progress' | 'start_time' | 'update_time' | 'status'
>;

/** What was done at a time, by the clock of the server. */
export interface Seen {
  readonly unit: string;
  readonly done: number;
  readonly atMs: number;
}

export interface Pace {
  readonly perSecond: number;
  readonly secondsLeft: number;
}

/** A rate over less says nothing. */
const firstRateMs = 1000;
/** It counts several things one after the other: when it began says nothing about how fast the one of now goes. */
const inSteps = new Set(['GARBAGE_COLLECTION']);

/** Where the rate is counted from: since it was first looked at, and anew where it counts something else or began again. */
export function firstSeen(first: Seen | undefined, job: Told): Seen | undefined {
  const now = seenOf(job);
  if (now === undefined) return undefined;
  return first?.unit === now.unit && first.done <= now.done ? first : now;
}

/** As `berth job watch` counts it; before anything was done since it was first looked at, over its whole time. */
export function paceOf(job: Told, first: Seen | undefined): Pace | undefined {
  const now = seenOf(job);
  const total = job.progress?.bytes?.total ?? job.progress?.total ?? 0;
  if (job.status !== 'Running' || now === undefined || total <= 0) return undefined;
  const startMs = Date.parse(job.start_time ?? '');
  const begun = inSteps.has(job.kind ?? '') ? undefined : { unit: now.unit, done: 0, atMs: startMs };
  const perSecond = rateOf(first, now) ?? rateOf(begun, now);
  if (perSecond === undefined) return undefined;
  return { perSecond, secondsLeft: Math.max(0, Math.ceil((total - now.done) / perSecond)) };
}

function rateOf(from: Seen | undefined, to: Seen): number | undefined {
  if (from === undefined || !(to.atMs - from.atMs >= firstRateMs) || to.done <= from.done) return undefined;
  return ((to.done - from.done) * 1000) / (to.atMs - from.atMs);
}

function seenOf({ progress, update_time: at }: Told): Seen | undefined {
  const atMs = Date.parse(at ?? '');
  if (progress === undefined || Number.isNaN(atMs)) return undefined;
  const { bytes, unit = '' } = progress;
  return bytes === undefined
    ? { unit, done: progress.done ?? 0, atMs }
    : { unit: 'B', done: bytes.done ?? 0, atMs };
}

/** `0:13`, `1:02:03`. */
export function clockTime(seconds: number): string {
  const pad = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}
