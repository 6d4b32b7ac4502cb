import { sql } from 'kysely';
import type { Tx } from '../db/database.ts';
import { prepare } from '../db/prepare.ts';

/** The row of `setting` with the types that the audit log leaves out, as a JSON list. */
const silencedName = '(silenced events)';

export const insertEvent = prepare(
  (
    db,
    values: {
      type: string;
      at: number;
      actor: string;
      address: string;
      client: string;
      requestId: string;
      projectId: number | null;
      object: string;
      data: string;
      step: number;
      /** The type as it stands in the list. */
      quoted: string;
    },
  ) =>
    db
      .insertInto('event')
      .values({
        type: values.type,
        at: values.at,
        actor: values.actor,
        address: values.address,
        client: values.client,
        request_id: values.requestId,
        project_id: values.projectId,
        object: values.object,
        data: values.data,
        hidden: sql<number>`case when ${values.step} = 1 or exists (
        select 1 from setting where name = ${silencedName} and value like ${values.quoted}
      ) then 1 else 0 end`,
      })
      .returning('id'),
);

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
          value ->> 'object', value ->> 'data', case when ${values.step} = 1 or exists (
            select 1 from setting where name = ${silencedName} and setting.value like ${values.quoted}
          ) then 1 else 0 end from ${each}${dialect === 'sqlite' ? sql`` : sql` as value`} where true`,
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
