/** Every event that Berth records. An event row is the audit record of the change it was written with. */
export const eventTypes = [
  'admin.created',
  'artifact.deleted',
  'artifact.pushed',
  'blob.deleted',
  'blob.missing',
  'blob.mounted',
  'blob.pushed',
  'grant.added',
  'grant.removed',
  'key.rotated',
  'password.changed',
  'project.created',
  'project.deleted',
  'project.updated',
  'tag.deleted',
  'tag.moved',
  'user.created',
  'user.disabled',
  'user.enabled',
] as const;

export type EventType = (typeof eventTypes)[number];
