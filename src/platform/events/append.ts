import assert from 'node:assert/strict';
import { isStepType, type RecordedType } from '../../lib/event-types.ts';
import type { Tx } from '../db/database.ts';
import { type EventValues, insertEvent, insertEvents, insertEventWithId } from './event-writes.ts';

/** Who did something, and from where; recorded with every change. */
export interface Actor {
  /** `user:1`, `anonymous`, `system`. */
  readonly principal: string;
  readonly address: string;
  readonly client: string;
  readonly requestId: string;
  /** The job that does it for them, as one of many. */
  readonly job?: number;
}

export interface NewEvent {
  readonly type: RecordedType;
  readonly at: number;
  readonly actor: Actor;
  readonly projectId: number | null;
  /** What it happened to, such as `library/app:v1`. */
  readonly object: string;
  /** Before and after, as `name` and `nameBefore`; never a secret. */
  readonly data?: Readonly<Record<string, string | number | null>>;
  /** Of something that has an event of its own: the audit log shows one row for each thing that somebody did. */
  readonly step?: true;
}

/** Writes the event with the change that it tells of: both are there or neither. */
export async function append(tx: Tx, event: NewEvent): Promise<void> {
  await tx.run(insertEvent, valuesOf(event));
}

/** Asking for the id costs SQLite as much again as the row. */
export async function appendWithId(tx: Tx, event: NewEvent): Promise<number> {
  const row = await tx.first(insertEventWithId, valuesOf(event));
  assert(row !== undefined);
  return row.id;
}

function valuesOf(event: NewEvent): EventValues {
  return {
    type: event.type,
    at: event.at,
    actor: event.actor.principal,
    address: event.actor.address,
    client: event.actor.client,
    requestId: event.actor.requestId,
    projectId: event.projectId,
    object: event.object,
    data: dataText(event),
    step: isStep(event) ? 1 : 0,
    quoted: `"${event.type}"`,
  };
}

function isStep({ type, step }: Pick<NewEvent, 'type' | 'step'>): boolean {
  return step === true || isStepType(type);
}

/** Many of one type at once, which costs a fraction of as many calls of `append`. */
export async function appendAll(
  tx: Tx,
  events: Pick<NewEvent, 'type' | 'at' | 'step'> & {
    readonly rows: readonly Pick<NewEvent, 'actor' | 'projectId' | 'object' | 'data'>[];
  },
): Promise<void> {
  const { type, at } = events;
  const rows = events.rows.map(({ actor, projectId, object, data }) => ({
    actor: actor.principal,
    address: actor.address,
    client: actor.client,
    requestId: actor.requestId,
    projectId,
    object,
    data: dataText({ actor, data }),
  }));
  const step = isStep(events) ? 1 : 0;
  await tx.run(insertEvents, { type, at, rows: JSON.stringify(rows), step, quoted: `"${type}"` });
}

function dataText({ actor, data }: { readonly actor: Actor; readonly data?: NewEvent['data'] }): string {
  return JSON.stringify(actor.job === undefined ? (data ?? {}) : { ...data, job: actor.job });
}

/** What Berth does by itself. */
export const systemActor: Actor = { principal: 'system', address: '', client: '', requestId: '' };
