import { compileDoublestar } from '../../lib/text/compile-doublestar.ts';
import type { Queries } from '../../platform/db/database.ts';
import type { Listener } from '../../platform/deliveries/delivery-source.ts';
import { kindsOf } from './event-kinds.ts';
import type { EventObject } from './payloads/event-data.ts';
import type { Webhook } from './webhook.ts';
import { enabledStamps, someWebhooks, type WebhookStamp } from './webhook-store.ts';

/** A webhook with its patterns compiled. */
export interface WebhookListener extends Listener {
  readonly webhook: Webhook;
  /** Of the whole system: whether the name of a project is among those it hears of. */
  readonly hearsOf: (project: string) => boolean;
  /** Whether the labels of the artifact may be left unread. */
  readonly byLabel: boolean;
  readonly passes: (object: EventObject, labels: readonly string[]) => boolean;
}

export function webhookListener(webhook: Webhook): WebhookListener {
  const { projectId, eventTypes, filters } = webhook;
  const wanted = new Set(eventTypes);
  const projects = compileDoublestar(webhook.projectPattern);
  const repositories = filters.repositories.map(compileDoublestar);
  const tags = filters.tags.map(compileDoublestar);
  return {
    webhook,
    afterEventId: webhook.afterEventId,
    targetCount: webhook.targets.length,
    wants: (event) =>
      (projectId === null || event.projectId === projectId) &&
      kindsOf(event).some((kind) => wanted.has(kind)),
    hearsOf: (project) => projectId !== null || projects(project),
    byLabel: filters.labels.length > 0,
    passes: ({ repository, tag }, labels) => {
      const path = repository.slice(repository.indexOf('/') + 1);
      return (
        (repositories.length === 0 || repositories.some((matches) => matches(path))) &&
        (tags.length === 0 || (tag !== undefined && tags.some((matches) => matches(tag)))) &&
        (filters.labels.length === 0 || filters.labels.some((label) => labels.includes(label)))
      );
    },
  };
}

/** Those that are enabled; each is read and compiled once for each time that it is changed. */
export class KnownListeners {
  #known = new Map<number, WebhookListener>();

  async read(db: Queries): Promise<readonly WebhookListener[]> {
    const stamps = await enabledStamps(db);
    const changed = stamps.filter((stamp) => !isSame(this.#known.get(stamp.id)?.webhook, stamp));
    const read =
      changed.length === 0
        ? []
        : await someWebhooks(
            db,
            changed.map(({ id }) => id),
          );
    const fresh = new Map(read.map((webhook) => [webhook.id, webhookListener(webhook)]));
    // One that was switched off meanwhile is not told.
    const listeners = stamps.flatMap(({ id }) => fresh.get(id) ?? this.#known.get(id) ?? []);
    this.#known = new Map(listeners.map((listener) => [listener.webhook.id, listener]));
    return listeners.filter(({ webhook }) => webhook.enabled);
  }
}

function isSame(known: WebhookStamp | undefined, { updatedAt, afterEventId }: WebhookStamp): boolean {
  return known?.updatedAt === updatedAt && known.afterEventId === afterEventId;
}
