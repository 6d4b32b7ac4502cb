/** Every event that Berth records. An event row is the audit record of the change it was written with. */
export const eventTypes = [
  'admin.created',
  'artifact.deleted',
  'artifact.pushed',
  'blob.missing',
  'blob.pushed',
  'key.rotated',
  'password.changed',
  'tag.deleted',
  'tag.moved',
] as const;

export type EventType = (typeof eventTypes)[number];
