import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tx } from '../db/database.ts';
import type { DialectName } from '../db/dialect.ts';
import { prepare } from '../db/prepare.ts';
import type { Schema } from '../db/schema.ts';

/** The row of `setting` with the types that the audit log leaves out, as a JSON list. */
const silencedName = '(silenced events)';

export interface EventValues {
  readonly [name: string]: string | number | null;
  readonly type: string;
  readonly at: number;
  readonly actor: string;
  readonly address: string;
  readonly client: string;
  readonly requestId: string;
  readonly projectId: number | null;
  readonly object: string;
  readonly data: string;
  readonly step: number;
  /** The type as it stands in the list. */
  readonly quoted: string;
}

const insert = (db: Kysely<Schema>, values: EventValues, dialect: DialectName) =>
  db.insertInto('event').values({
    type: values.type,
    at: values.at,
    actor: values.actor,
    address: values.address,
    client: values.client,
    request_id: values.requestId,
    project_id: values.projectId,
    object: values.object,
    data: values.data,
    hidden: hidden(values, dialect),
  });

export const insertEvent = prepare(insert);

export const insertEventWithId = prepare((db, values: EventValues, dialect) =>
  insert(db, values, dialect).returning('id'),
);

/**
 * The indexes of the log leave out what is 2. Without `like`: SQLite compiles a statement anew for each pattern that it is
 * given, which takes longer than the row.
 */
function hidden(
  { step, quoted }: Pick<EventValues, 'step' | 'quoted'>,
  dialect: DialectName,
): RawBuilder<number> {
  const place = sql.raw(dialect === 'sqlite' ? 'instr' : 'strpos');
  return sql<number>`case when ${step} = 1 then 2 when exists (
    select 1 from setting where name = ${silencedName} and ${place}(setting.value, ${quoted}) > 0
  ) then 1 else 0 end`;
}

/** @param rows JSON: a list of objects with the fields of `EventRow` */
export const insertEvents = prepare(
  (db, values: { type: string; at: number; rows: string; step: number; quoted: string }, dialect) => {
    const project = dialect === 'sqlite' ? sql`value ->> 'projectId'` : sql`(value ->> 'projectId')::bigint`;
    const each =
      dialect === 'sqlite' ? sql`json_each(${values.rows})` : sql`json_array_elements(${values.rows}::json)`;
    return db
      .insertInto('event')
      .columns([
        'type',
        'at',
        'actor',
        'address',
        'client',
        'request_id',
        'project_id',
        'object',
        'data',
        'hidden',
      ])
      .expression(
        sql<never>`select cast(${values.type} as text), ${dialect === 'sqlite' ? sql`${values.at}` : sql`${values.at}::bigint`},
          value ->> 'actor', value ->> 'address', value ->> 'client', value ->> 'requestId', ${project},
          value ->> 'object', value ->> 'data', ${hidden(values, dialect)} from ${each}${dialect === 'sqlite' ? sql`` : sql` as value`} where true`,
      );
  },
);

const silence = prepare((db, values: { value: string; now: number }) =>
  db
    .insertInto('setting')
    .values({ name: silencedName, value: values.value, updated_at: values.now })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ value: values.value, updated_at: values.now }),
    ),
);

export async function putSilenced(
  tx: Tx,
  { types, now }: { readonly types: readonly string[]; readonly now: number },
): Promise<void> {
  await tx.run(silence, { value: JSON.stringify(types), now });
}
