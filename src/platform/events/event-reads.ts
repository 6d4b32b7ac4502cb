import { type SqlBool, sql } from 'kysely';

/** The same words as those of the indexes, without which SQLite would not use them. */
export const indexed = sql<SqlBool>`hidden < 2`;

/** What is no step of something else. Older code wrote those of blobs with `hidden` 0. */
export const whole = sql<SqlBool>`${indexed} and type not in ('blob.pushed', 'blob.mounted', 'blob.deleted', 'blob.missing')`;
