/** Every event that Berth records. An event row is the audit record of the change it was written with. */
export const eventTypes = [
  'admin.created',
  'admin.granted',
  'admin.revoked',
  'artifact.deleted',
  'artifact.labelled',
  'artifact.pulled',
  'artifact.pushed',
  'artifact.unlabelled',
  'audit.purged',
  'blob.missing',
  'blob.pushed',
  'configuration.updated',
  'name.released',
  'label.created',
  'label.deleted',
  'label.updated',
  'defaultretention.deleted',
  'defaultretention.updated',
  'device.approved',
  'device.denied',
  'expiry.near',
  'immutable.created',
  'immutable.deleted',
  'immutable.updated',
  'protection.created',
  'protection.deleted',
  'protection.updated',
  'job.retried',
  'job.started',
  'job.stopped',
  'password.changed',
  'project.created',
  'project.deleted',
  'project.renamed',
  'project.updated',
  'quota.checked',
  'queue.paused',
  'queue.resumed',
  'queue.stopped',
  'quota.updated',
  'repository.deleted',
  'repository.moved',
  'repository.updated',
  'robot.created',
  'robot.deleted',
  'robot.refreshed',
  'robot.updated',
  'role.changed',
  'role.created',
  'role.deleted',
  'role.granted',
  'role.revoked',
  'role.updated',
  'inuse.deleted',
  'inuse.updated',
  'retention.created',
  'retention.deleted',
  'retention.finished',
  'retention.held',
  'retention.planned',
  'retention.started',
  'retention.stopped',
  'retention.updated',
  'schedule.deleted',
  'schedule.updated',
  'session.closed',
  'session.opened',
  'tag.deleted',
  'tag.moved',
  'blob.deleted',
  'blob.mounted',
  'key.rotated',
  'token.created',
  'token.revoked',
  'user.created',
  'user.disabled',
  'user.enabled',
  'user.updated',
  'user.deleted',
  'group.created',
  'group.renamed',
  'group.deleted',
  'group.joined',
  'group.left',
  'artifact.purged',
  'artifact.restored',
  'project.purged',
  'project.restored',
  'repository.purged',
  'repository.restored',
  'tag.purged',
  'tag.restored',
  'digest.blocked',
  'digest.unblocked',
  'trash.released',
  'view.begun',
  'webhook.created',
  'webhook.deleted',
  'webhook.redelivered',
  'webhook.tested',
  'webhook.updated',
] as const;

export type EventType = (typeof eventTypes)[number];

/** What is never there by itself: a push, a copy or a deletion has an event of its own. */
const stepTypes: ReadonlySet<RecordedType> = new Set<EventType>([
  'blob.deleted',
  'blob.missing',
  'blob.mounted',
  'blob.pushed',
]);

export function isStepType(type: RecordedType): boolean {
  return stepTypes.has(type);
}

/** Somebody was not let do what would have left the event. */
export type RefusedType = `${EventType}.refused`;

export type RecordedType = EventType | RefusedType;

const refused = '.refused';

export function refusedType(type: EventType): RefusedType {
  return `${type}${refused}`;
}

/** What would have happened; undefined: it did happen. */
export function whatWasRefused(type: string): string | undefined {
  return type.endsWith(refused) ? type.slice(0, -refused.length) : undefined;
}
