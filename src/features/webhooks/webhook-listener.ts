import { compileDoublestar } from '../../lib/text/compile-doublestar.ts';
import type { Listener } from '../../platform/deliveries/delivery-source.ts';
import { kindsOf } from './event-kinds.ts';
import type { EventObject } from './payloads/event-data.ts';
import type { Webhook } from './webhook.ts';

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

/** Compiling patterns costs more than looking whether a webhook is still the same. */
export class KnownListeners {
  #known = new Map<number, WebhookListener>();

  of(webhooks: readonly Webhook[]): readonly WebhookListener[] {
    const listeners = webhooks.map((webhook) => {
      const known = this.#known.get(webhook.id);
      return known !== undefined && isSame(known.webhook, webhook) ? known : webhookListener(webhook);
    });
    this.#known = new Map(listeners.map((listener) => [listener.webhook.id, listener]));
    return listeners;
  }
}

function isSame(a: Webhook, b: Webhook): boolean {
  const { sealed: _a, ...left } = a;
  const { sealed: _b, ...right } = b;
  return JSON.stringify(left) === JSON.stringify(right);
}
