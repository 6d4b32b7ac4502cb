/** `synchronous` is not kept in the file: each connection, of whatever thread, sets it for itself. */
export const connectionPragmas = [
  'pragma synchronous = normal',
  'pragma wal_autocheckpoint = 0',
  'pragma foreign_keys = on',
] as const;
