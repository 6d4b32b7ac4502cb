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

const silence = prepare((db, values: { value: string; now: number }) =>
  db
    .insertInto('setting')
    .values({ name: silencedName, value: values.value, updated_at: values.now })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ value: values.value, updated_at: values.now }),
    ),
);

/** From now on events of these types are hidden from the audit log, on every instance. */
export async function silenceEvents(
  tx: Tx,
  { types, now }: { readonly types: readonly string[]; readonly now: number },
): Promise<void> {
  await tx.run(silence, { value: JSON.stringify(types), now });
}
