import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { principalNames } from '../../access/names/principal-name-reads.ts';
import type { Queries } from '../../platform/db/database.ts';
import type { RecordedEvent } from '../../platform/deliveries/delivery-reads.ts';
import type { NewDelivery } from '../../platform/deliveries/delivery-source.ts';
import { systemActor } from '../../platform/events/append.ts';
import { dataOf, type EventKind, kindsOf } from './event-kinds.ts';
import {
  type ArtifactName,
  artifactKey,
  firstTags,
  labelsOf,
  type ProjectFacts,
  projectFacts,
  repositoryTimes,
} from './facts-store.ts';
import { type EventObject, eventData, isNearLimit, objectOf } from './payloads/event-data.ts';
import { payloadOf } from './payloads/payload-of.ts';
import type { Told } from './payloads/told.ts';
import { queueOf, sourceOf, type Webhook } from './webhook.ts';
import type { WebhookListener } from './webhook-listener.ts';

export interface MessageDeps {
  /** What stands before the names of robots now. */
  readonly prefix: () => string;
  /** By which clients reach the registry: `registry.example`. */
  readonly host: () => string;
}

/** Patterns and templates are as long as whoever made them wanted; others have their turn in between. */
const longestTurnMs = 10;

interface Facts {
  readonly projects: ReadonlyMap<number, ProjectFacts>;
  readonly repositories: ReadonlyMap<string, number>;
  readonly names: ReadonlyMap<string, string>;
  readonly tags: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, readonly string[]>;
}

/** What each target is sent of these events, in their order. What belongs to them is read for all of them at once. */
export async function makeMessages(
  deps: MessageDeps,
  db: Queries,
  {
    events,
    listeners,
  }: { readonly events: readonly RecordedEvent[]; readonly listeners: readonly WebhookListener[] },
): Promise<readonly NewDelivery[]> {
  const objects = new Map(events.map((event) => [event.id, objectOf(event)]));
  const facts = await readFacts(deps, db, {
    events,
    objects,
    byLabel: listeners.some(({ byLabel }) => byLabel),
  });
  const made: NewDelivery[] = [];
  let turnAt = performance.now();
  for (const event of events) {
    const object = tagged(event, objects.get(event.id), facts);
    const project = event.projectId === null ? undefined : facts.projects.get(event.projectId);
    if (object === undefined || project === undefined) continue;
    for (const kind of kindsOf(event)) {
      if (kind === 'QUOTA_WARNING' && !isNearLimit(project)) continue;
      const told = tell(kind, { event, object, project }, { host: deps.host(), facts });
      const key = artifactKey({ repository: object.repository, digest: object.digest ?? '' });
      const labels = facts.labels.get(key) ?? [];
      for (const listener of listeners) {
        if (hears(listener, { event, kind, project, object, labels }))
          made.push(...deliveriesOf(listener.webhook, told, { event, object }));
        if (performance.now() - turnAt < longestTurnMs) continue;
        await turn();
        turnAt = performance.now();
      }
    }
  }
  return made;
}

function hears(
  listener: WebhookListener,
  of: {
    readonly event: RecordedEvent;
    readonly kind: EventKind;
    readonly project: ProjectFacts;
    readonly object: EventObject;
    readonly labels: readonly string[];
  },
): boolean {
  const { webhook } = listener;
  return (
    of.event.id > listener.afterEventId &&
    webhook.eventTypes.includes(of.kind) &&
    listener.wants(of.event) &&
    listener.hearsOf(of.project.name) &&
    listener.passes(of.object, of.labels)
  );
}

function tell(
  kind: EventKind,
  {
    event,
    object,
    project,
  }: {
    readonly event: RecordedEvent;
    readonly object: EventObject;
    readonly project: ProjectFacts;
  },
  { host, facts }: { readonly host: string; readonly facts: Facts },
): Told {
  const repositoryMadeAt = facts.repositories.get(object.repository);
  return {
    kind,
    at: event.at,
    operator: operatorOf(kind, event, facts),
    requestId: event.requestId,
    object: object.repository,
    data: eventData(kind, { object, data: dataOf(event) }, { host, project, repositoryMadeAt }),
  };
}

/** Harbor's name for a run of retention by schedule. */
function operatorOf(kind: EventKind, { actor }: RecordedEvent, { names }: Facts): string {
  if (kind === 'TAG_RETENTION' && actor === systemActor.principal) return 'harbor-jobservice';
  return names.get(actor) ?? actor;
}

function deliveriesOf(
  webhook: Webhook,
  told: Told,
  { event, object }: { readonly event: RecordedEvent; readonly object: EventObject },
): readonly NewDelivery[] {
  const source = sourceOf(webhook);
  return webhook.targets.map((target) => {
    const queue = queueOf(webhook.id, target);
    return {
      eventId: event.id,
      listener: `${queue}:${told.kind}`,
      webhookId: webhook.id,
      queue,
      orderKey: object.repository,
      kind: told.kind,
      form: target.type,
      ...payloadOf(target, told, { source, id: randomUUID() }),
    };
  });
}

/** Who pulled by digest, or put a label on an artifact, named no tag: the first one that it has. */
function tagged(
  event: RecordedEvent,
  object: EventObject | undefined,
  facts: Facts,
): EventObject | undefined {
  if (object?.digest === undefined || object.tag !== undefined || !asksForTag(event)) return object;
  const tag = facts.tags.get(artifactKey({ repository: object.repository, digest: object.digest }));
  return tag === undefined ? object : { ...object, tag };
}

function asksForTag({ type }: RecordedEvent): boolean {
  return type !== 'artifact.pushed' && type !== 'artifact.deleted';
}

async function readFacts(
  { prefix }: MessageDeps,
  db: Queries,
  {
    events,
    objects,
    byLabel,
  }: {
    readonly events: readonly RecordedEvent[];
    readonly objects: ReadonlyMap<number, EventObject>;
    readonly byLabel: boolean;
  },
): Promise<Facts> {
  const all = [...objects.values()];
  const untagged = events.flatMap((event) => {
    const object = objects.get(event.id);
    return object?.tag === undefined && asksForTag(event) ? artifactOf(object) : [];
  });
  const artifacts = byLabel ? all.flatMap(artifactOf) : [];
  return {
    projects: await projectFacts(db, [...new Set(events.flatMap(({ projectId }) => projectId ?? []))]),
    repositories: await repositoryTimes(db, [...new Set(all.map(({ repository }) => repository))]),
    names: await principalNames(
      db,
      events.map(({ actor }) => actor),
      prefix(),
    ),
    tags: untagged.length === 0 ? new Map() : await firstTags(db, untagged),
    labels: artifacts.length === 0 ? new Map() : await labelsOf(db, artifacts),
  };
}

function artifactOf(object: EventObject | undefined): readonly ArtifactName[] {
  return object?.digest === undefined ? [] : [{ repository: object.repository, digest: object.digest }];
}
