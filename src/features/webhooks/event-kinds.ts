import { whatWasRefused } from '../../lib/event-types.ts';
import type { RecordedEvent } from '../../platform/deliveries/delivery-reads.ts';

/** Harbor's. Those of scans and replication are taken, and come with what they tell of. */
export const harborKinds = [
  'PUSH_ARTIFACT',
  'PULL_ARTIFACT',
  'DELETE_ARTIFACT',
  'QUOTA_EXCEED',
  'QUOTA_WARNING',
  'SCANNING_FAILED',
  'SCANNING_STOPPED',
  'SCANNING_COMPLETED',
  'REPLICATION',
  'TAG_RETENTION',
] as const;

/** Beyond Harbor. */
const ownKinds = [
  'TAG_MOVED',
  'TAG_DELETED',
  'TAG_RESTORED',
  'ARTIFACT_RESTORED',
  'REPOSITORY_RESTORED',
  'LABEL_ADDED',
  'LABEL_REMOVED',
  'TAG_RETENTION_REVIEW',
] as const;

export const eventKinds = [...harborKinds, ...ownKinds] as const;

export type EventKind = (typeof eventKinds)[number];

export function isEventKind(text: string): text is EventKind {
  return (eventKinds as readonly string[]).includes(text);
}

const byType: ReadonlyMap<string, readonly EventKind[]> = new Map<string, readonly EventKind[]>([
  ['artifact.pushed', ['PUSH_ARTIFACT', 'QUOTA_WARNING']],
  ['artifact.pulled', ['PULL_ARTIFACT']],
  ['artifact.deleted', ['DELETE_ARTIFACT']],
  ['artifact.restored', ['ARTIFACT_RESTORED']],
  ['artifact.labelled', ['LABEL_ADDED']],
  ['artifact.unlabelled', ['LABEL_REMOVED']],
  ['repository.restored', ['REPOSITORY_RESTORED']],
  ['retention.finished', ['TAG_RETENTION']],
  ['retention.held', ['TAG_RETENTION_REVIEW']],
  ['tag.moved', ['TAG_MOVED']],
  ['tag.deleted', ['TAG_DELETED']],
  ['tag.restored', ['TAG_RESTORED']],
]);

export type EventData = Readonly<Record<string, string | number | null>>;

export function dataOf(event: Pick<RecordedEvent, 'data'>): EventData {
  return JSON.parse(event.data) as EventData;
}

/** What an event may be told as; whether a project is near its limit is asked later. */
export function kindsOf(event: RecordedEvent): readonly EventKind[] {
  const refused = whatWasRefused(event.type);
  if (refused !== undefined)
    return refused === 'artifact.pushed' && dataOf(event)['reason'] === 'QUOTA_EXCEEDED'
      ? ['QUOTA_EXCEED']
      : [];
  const kinds = byType.get(event.type);
  if (kinds === undefined || event.projectId === null) return [];
  // Content that was taken over from another registry, or what goes with an artifact, has been told of.
  if (event.actor === 'system' && event.type === 'artifact.pushed') return [];
  return event.type.startsWith('artifact.') && dataOf(event)['partOf'] !== undefined ? [] : kinds;
}
