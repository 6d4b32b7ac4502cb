import { type EventType, type RecordedType, refusedType, whatWasRefused } from '../../lib/event-types.ts';
import type { ListCondition } from '../../lib/list-condition.ts';

/** How the audit log calls what happened, in Harbor's words. */
export interface AuditKind {
  readonly operation: string;
  readonly resourceType: string;
  /** What stands in the description before the name of the thing. */
  readonly description: string;
}

const kind = (operation: string, resourceType: string, description: string): AuditKind => ({
  operation,
  resourceType,
  description,
});

/** Undefined: a step of something else, which has a row of its own. The indexes of the log leave out the same. */
export const auditKinds: Readonly<Record<EventType, AuditKind | undefined>> = {
  'admin.created': kind('create', 'user', 'create the first administrator'),
  'admin.granted': kind('update', 'user', 'make an administrator of user'),
  'admin.revoked': kind('update', 'user', 'take the administrator right of user'),
  'artifact.deleted': kind('delete', 'artifact', 'delete artifact'),
  'artifact.labelled': kind('update', 'artifact', 'add a label to artifact'),
  'artifact.pulled': kind('pull', 'artifact', 'pull artifact'),
  'artifact.pushed': kind('create', 'artifact', 'push artifact'),
  'artifact.unlabelled': kind('update', 'artifact', 'remove a label of artifact'),
  'audit.purged': kind('purge', 'audit-log', 'remove old rows of'),
  'blob.missing': undefined,
  'blob.pushed': undefined,
  'blob.deleted': undefined,
  'blob.mounted': undefined,
  'configuration.updated': kind('update', 'configuration', 'update configuration'),
  'device.approved': kind('create', 'device', 'let a device sign in as user'),
  'device.denied': kind('delete', 'device', 'turn a device away that asked user'),
  'expiry.near': kind('notify', 'expiry', 'soon ends'),
  'group.created': kind('create', 'usergroup', 'create group'),
  'group.deleted': kind('delete', 'usergroup', 'delete group'),
  'group.joined': kind('update', 'usergroup', 'add a member to group'),
  'group.left': kind('update', 'usergroup', 'remove a member of group'),
  'group.renamed': kind('update', 'usergroup', 'rename group'),
  'immutable.created': kind('create', 'immutable', 'create immutable rule'),
  'immutable.deleted': kind('delete', 'immutable', 'delete immutable rule'),
  'immutable.updated': kind('update', 'immutable', 'change immutable rule'),
  'key.rotated': kind('update', 'key', 'replace the signing key'),
  'job.retried': kind('update', 'job', 'begin again job'),
  'job.started': kind('create', 'job', 'start job'),
  'job.stopped': kind('stop', 'job', 'stop job'),
  'label.created': kind('create', 'label', 'create label'),
  'label.deleted': kind('delete', 'label', 'delete label'),
  'label.updated': kind('update', 'label', 'change label'),
  'name.released': kind('delete', 'name', 'release the earlier name'),
  'password.changed': kind('update', 'user', 'change the password of user'),
  'project.created': kind('create', 'project', 'create project'),
  'project.deleted': kind('delete', 'project', 'delete project'),
  'project.renamed': kind('update', 'project', 'rename project to'),
  'project.updated': kind('update', 'project', 'change project'),
  'quota.checked': kind('update', 'quota', 'count the usage anew of'),
  'protection.created': kind('create', 'protected-tag', 'create the rule for protected tags'),
  'protection.deleted': kind('delete', 'protected-tag', 'delete the rule for protected tags'),
  'protection.updated': kind('update', 'protected-tag', 'change the rule for protected tags'),
  'queue.paused': kind('update', 'queue', 'pause queue'),
  'queue.resumed': kind('update', 'queue', 'resume queue'),
  'queue.stopped': kind('stop', 'queue', 'stop what waits in queue'),
  'quota.updated': kind('update', 'quota', 'change the storage limit of'),
  'repository.deleted': kind('delete', 'repository', 'delete repository'),
  'repository.moved': kind('update', 'repository', 'move repository to'),
  'repository.updated': kind('update', 'repository', 'change repository'),
  'robot.created': kind('create', 'robot', 'create robot'),
  'robot.deleted': kind('delete', 'robot', 'delete robot'),
  'robot.refreshed': kind('update', 'robot', 'change the secret of robot'),
  'robot.updated': kind('update', 'robot', 'change robot'),
  'role.changed': kind('update', 'member', 'change a role in'),
  'role.created': kind('create', 'role', 'create role'),
  'role.deleted': kind('delete', 'role', 'delete role'),
  'role.updated': kind('update', 'role', 'change role'),
  'role.granted': kind('create', 'member', 'grant a role in'),
  'role.revoked': kind('delete', 'member', 'revoke a role in'),
  'inuse.deleted': kind('delete', 'in-use', 'remove the list of images in use of'),
  'inuse.updated': kind('update', 'in-use', 'tell which images are in use in'),
  'retention.created': kind('create', 'retention', 'create retention policy'),
  'defaultretention.deleted': kind('delete', 'retention', 'delete the retention policy of the system,'),
  'defaultretention.updated': kind('update', 'retention', 'change the retention policy of the system,'),
  'retention.deleted': kind('delete', 'retention', 'delete retention policy'),
  'retention.finished': kind('delete', 'retention', 'apply retention policy to'),
  'retention.held': kind('stop', 'retention', 'hold the run of retention policy'),
  'retention.planned': kind('create', 'retention', 'plan retention of'),
  'retention.started': kind('start', 'retention', 'run retention policy'),
  'retention.stopped': kind('stop', 'retention', 'stop the run of retention policy'),
  'retention.updated': kind('update', 'retention', 'change retention policy'),
  'schedule.deleted': kind('delete', 'schedule', 'delete the schedule of'),
  'schedule.updated': kind('update', 'schedule', 'set the schedule of'),
  'session.closed': kind('logout', 'user', 'sign out of user'),
  'session.opened': kind('login', 'user', 'sign in of user'),
  'tag.deleted': kind('delete', 'tag', 'delete tag'),
  'tag.moved': kind('create', 'tag', 'set tag'),
  'token.created': kind('create', 'token', 'create a personal token of'),
  'token.revoked': kind('delete', 'token', 'revoke a personal token of'),
  'artifact.purged': kind('purge', 'artifact', 'remove for good the deleted artifact'),
  'artifact.restored': kind('restore', 'artifact', 'restore from the trash artifact'),
  'project.purged': kind('purge', 'project', 'remove for good the deleted project'),
  'project.restored': kind('restore', 'project', 'restore from the trash project'),
  'repository.purged': kind('purge', 'repository', 'remove for good the deleted repository'),
  'repository.restored': kind('restore', 'repository', 'restore from the trash repository'),
  'tag.purged': kind('purge', 'tag', 'remove for good the deleted tag'),
  'tag.restored': kind('restore', 'tag', 'restore from the trash tag'),
  'digest.blocked': kind('create', 'blocked-digest', 'keep from coming back'),
  'digest.unblocked': kind('delete', 'blocked-digest', 'let come back'),
  'trash.released': kind('purge', 'trash', 'empty the trash early'),
  'view.begun': kind('create', 'view', 'look with the rights of user'),
  'webhook.created': kind('create', 'webhook', 'create webhook'),
  'webhook.deleted': kind('delete', 'webhook', 'delete webhook'),
  'webhook.redelivered': kind('redeliver', 'webhook', 'send once more a delivery of webhook'),
  'webhook.tested': kind('test', 'webhook', 'try webhook'),
  'webhook.updated': kind('update', 'webhook', 'update webhook'),
  'user.created': kind('create', 'user', 'create user'),
  'user.deleted': kind('delete', 'user', 'delete user'),
  'user.disabled': kind('update', 'user', 'disable user'),
  'user.enabled': kind('update', 'user', 'enable user'),
  'user.updated': kind('update', 'user', 'change the profile of user'),
};

/** What has a row of its own in the log. */
export const shownTypes = (Object.keys(auditKinds) as EventType[]).filter(
  (type) => auditKinds[type] !== undefined,
);

/** Of what happened, or would have happened had it not been refused. */
export function auditKindOf(type: string): AuditKind | undefined {
  const what = whatWasRefused(type) ?? type;
  return Object.hasOwn(auditKinds, what) ? auditKinds[what as EventType] : undefined;
}

/** `create_artifact` for what Harbor calls so. */
export function auditNameOf({ operation, resourceType }: AuditKind): string {
  return `${operation}_${resourceType}`;
}

/** The event types, refusals with them, that an administrator leaves out of the log by these names. */
export function typesNamed(names: ReadonlySet<string>): readonly RecordedType[] {
  return recordedTypes.filter((type) => {
    const each = auditKindOf(type);
    return each !== undefined && names.has(auditNameOf(each));
  });
}

/** What may happen, and that it was refused. */
export const recordedTypes: readonly RecordedType[] = (Object.keys(auditKinds) as EventType[]).flatMap(
  (type) => [type, refusedType(type)],
);

/** `create_artifact` and its like, in Harbor's order as far as Berth has them; then those that are Berth's own. */
export function auditEventTypes(): readonly string[] {
  const names = new Set(
    Object.values(auditKinds).flatMap((each) => (each === undefined ? [] : [auditNameOf(each)])),
  );
  const known = harborTypes.filter((name) => names.has(name));
  return [...known, ...[...names].filter((name) => !harborTypes.includes(name)).toSorted()];
}

/** harbor `src/pkg/auditext/event/`, in the order of its answer. */
const harborTypes: readonly string[] = [
  'create_artifact',
  'delete_artifact',
  'pull_artifact',
  'create_project',
  'delete_project',
  'delete_repository',
  'login_user',
  'logout_user',
  'create_user',
  'delete_user',
  'update_user',
  'create_robot',
  'delete_robot',
  'update_configuration',
  'create_member',
  'delete_member',
  'update_member',
  'update_project',
];

/** The event types that conditions on the names of operations and of resources leave. */
export function typesMeeting(
  conditions: readonly ListCondition<'operation' | 'resource_type' | 'operation_result'>[],
): readonly RecordedType[] {
  return recordedTypes.filter((type) => {
    const each = auditKindOf(type);
    if (each === undefined) return false;
    const operation_result = whatWasRefused(type) === undefined ? 1 : 0;
    const values = { operation: each.operation, resource_type: each.resourceType, operation_result };
    return conditions.every((condition) => meets(values[condition.column], condition));
  });
}

function meets(value: string | number, condition: ListCondition): boolean {
  switch (condition.is) {
    case 'equal':
      return value === condition.value;
    case 'containing':
      return String(value).includes(condition.text.toLowerCase());
    case 'one of':
      return condition.values.includes(value);
    case 'above':
      return value > condition.value;
    case 'from':
      return value >= condition.value;
    case 'below':
      return value < condition.value;
    case 'to':
      return value <= condition.value;
  }
}
