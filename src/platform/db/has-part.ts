import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { DialectName } from './dialect.ts';

/**
 * A part of a name, for columns that hold lower case only: no pattern, so that names are gone through several times
 * faster than by `like`.
 */
export function hasPart(
  column: RawBuilder<unknown>,
  part: string,
  dialect: DialectName,
): RawBuilder<SqlBool> {
  const lower = part.toLowerCase();
  return dialect === 'sqlite'
    ? sql<SqlBool>`instr(${column}, ${lower}) > 0`
    : sql<SqlBool>`strpos(${column}, ${lower}) > 0`;
}
