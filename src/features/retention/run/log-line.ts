import type { Verdict } from '../plan/evaluate.ts';
import { reasonText } from '../plan/reason-text.ts';

export type Outcome = 'RETAIN' | 'DEL' | 'IMMUTABLE' | 'ERR';

/** Harbor's columns, and why. */
export const logHeader = [
  'Digest',
  'Tag',
  'Kind',
  'Labels',
  'PushedTime',
  'PulledTime',
  'CreatedTime',
  'Retention',
  'Reason',
].join(' | ');

/** A line of the table that tells what became of an artifact. */
export function logLine({ candidate, by }: Verdict, outcome: Outcome, problem?: string): string {
  const { digest, tags, kind, labels, pushedAt, pulledAt } = candidate;
  const pushed = timeText(pushedAt);
  return [
    digest,
    tags.map(({ name }) => name).join(','),
    kind.toLowerCase(),
    labels.join(','),
    pushed,
    pulledAt === null ? '' : timeText(pulledAt),
    pushed,
    outcome,
    problem ?? reasonText(by),
  ].join(' | ');
}

function timeText(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ').replaceAll('-', '/');
}
