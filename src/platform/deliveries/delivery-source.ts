import type { Queries } from '../db/database.ts';
import type { Delivery, RecordedEvent } from './delivery-reads.ts';

/** One message to one target. */
export interface NewDelivery {
  readonly eventId: number;
  /** With `eventId`: what is written once only, whoever writes it how often. */
  readonly listener: string;
  readonly webhookId: number;
  /** The target; what goes to one is no business of the others. */
  readonly queue: string;
  /** Of a target: what has the same one arrives in the order of the events. */
  readonly orderKey: string;
  readonly kind: string;
  readonly form: string;
  readonly contentType: string;
  readonly body: string;
}

/** What became of one attempt. */
export type Outcome = {
  readonly status: number | null;
  /** How the answer began. */
  readonly answer: string;
  /** One line for the log, without secrets. */
  readonly line: string;
} & (
  | { readonly kind: 'delivered' }
  /** `again`: a later attempt may do better. */
  | { readonly kind: 'failed'; readonly problem: string; readonly again: boolean }
);

/** Who wants to be told of events, as it is set now. */
export interface Listener {
  /** It is told of events above. */
  readonly afterEventId: number;
  readonly wants: (event: RecordedEvent) => boolean;
  /** How many messages one event is about. */
  readonly targetCount: number;
}

/** What there is to tell whom, and how it gets there. */
export interface DeliverySource<L extends Listener> {
  listeners(db: Queries): Promise<readonly L[]>;
  /** The messages for what somebody wants of these events, in their order. */
  messages(
    db: Queries,
    events: readonly RecordedEvent[],
    listeners: readonly L[],
  ): Promise<readonly NewDelivery[]>;
  /** Never throws for what is the matter with the target. */
  send(delivery: Delivery): Promise<Outcome>;
}
