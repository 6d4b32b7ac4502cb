import { type RawBuilder, sql } from 'kysely';
import type { DialectName } from './dialect.ts';

interface ValueTypes {
  readonly text: string;
  readonly integer: number;
}

/**
 * A list as one value, so that a prepared statement takes lists of any length:
 * `where('digest', 'in', valueList('text', values.digests, dialect))`.
 * @param json the list as JSON text
 */
export function valueList<T extends keyof ValueTypes>(
  type: T,
  json: string,
  dialect: DialectName,
): RawBuilder<ValueTypes[T]> {
  if (dialect === 'sqlite') return sql<ValueTypes[T]>`(select value from json_each(${json}))`;
  return type === 'text'
    ? sql<ValueTypes[T]>`(select json_array_elements_text(${json}::json))`
    : sql<ValueTypes[T]>`(select value::bigint from json_array_elements_text(${json}::json))`;
}
