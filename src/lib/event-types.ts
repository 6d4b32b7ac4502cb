/** Every event that Berth records. An event row is the audit record of the change it was written with. */
export const eventTypes = [
  'admin.created',
  'artifact.deleted',
  'artifact.pushed',
  'blob.missing',
  'blob.pushed',
  'configuration.updated',
  'password.changed',
  'project.created',
  'project.deleted',
  'project.updated',
  'robot.created',
  'robot.deleted',
  'robot.refreshed',
  'robot.updated',
  'role.granted',
  'role.revoked',
  'tag.deleted',
  'tag.moved',
  'blob.deleted',
  'blob.mounted',
  'key.rotated',
  'user.created',
  'user.disabled',
  'user.enabled',
] as const;

export type EventType = (typeof eventTypes)[number];
