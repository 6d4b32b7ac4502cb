import type { EventType } from '../../lib/event-types.ts';
import type { Tx } from '../db/database.ts';
import { prepare } from '../db/prepare.ts';

/** Who did something, and from where; recorded with every change. */
export interface Actor {
  /** `user:1`, `anonymous`, `system`. */
  readonly principal: string;
  readonly address: string;
  readonly client: string;
  readonly requestId: string;
}

export interface NewEvent {
  readonly type: EventType;
  readonly at: number;
  readonly actor: Actor;
  readonly projectId: number | null;
  /** What it happened to, such as `library/app:v1`. */
  readonly object: string;
  /** Before and after; never a secret. */
  readonly data?: Readonly<Record<string, string | number | null>>;
}

const insertEvent = prepare(
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
    },
  ) =>
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
    }),
);

/** Writes the event with the change that it tells of: both are there or neither. */
export async function append(tx: Tx, event: NewEvent): Promise<void> {
  await tx.run(insertEvent, {
    type: event.type,
    at: event.at,
    actor: event.actor.principal,
    address: event.actor.address,
    client: event.actor.client,
    requestId: event.actor.requestId,
    projectId: event.projectId,
    object: event.object,
    data: JSON.stringify(event.data ?? {}),
  });
}

/** What Berth does by itself. */
export const systemActor: Actor = { principal: 'system', address: '', client: '', requestId: '' };
