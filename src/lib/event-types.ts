/** Every event that Berth records. An event row is the audit record of the change it was written with. */
export const eventTypes = [
  'admin.created',
  'artifact.deleted',
  'artifact.pushed',
  'blob.deleted',
  'blob.missing',
  'blob.mounted',
  'blob.pushed',
  'password.changed',
  'tag.deleted',
  'tag.moved',
] as const;

export type EventType = (typeof eventTypes)[number];
