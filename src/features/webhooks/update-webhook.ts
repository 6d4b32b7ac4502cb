import { AppError } from '../../lib/errors.ts';
import type { MasterKey } from '../../platform/crypto/master-key.ts';
import type { Database } from '../../platform/db/database.ts';
import { stopDeliveries } from '../../platform/deliveries/stop-deliveries.ts';
import { type Actor, append, appendWithId, type NewEvent } from '../../platform/events/append.ts';
import {
  type GivenWebhook,
  type RequireDeps,
  requireProjectPattern,
  requireWebhook,
} from './require-webhook.ts';
import { noSecrets, openSecrets, sealSecrets } from './seal-secrets.ts';
import type { Webhook, WebhookDefinition } from './webhook.ts';
import {
  addWebhook,
  beginWebhookAfter,
  countWebhooks,
  findWebhook,
  isNameTaken,
  lockWebhook,
  putWebhook,
  removeWebhook,
  type WebhookValues,
} from './webhook-store.ts';

/** Of one project: whatever happens is compared with each of them. */
const mostWebhooks = 100;

export interface EditDeps extends RequireDeps {
  readonly db: Database;
  readonly masterKey: MasterKey;
}

/** Where a webhook is: in a project, or of the projects that a pattern matches. */
export interface WebhookPlace {
  readonly projectId: number | null;
  /** Of the project, as events tell it; empty: none. */
  readonly projectName: string;
  readonly projectPattern: string;
  readonly actor: Actor;
}

/**
 * It is told of what happens from now on. Returns its id.
 * @throws AppError BAD_REQUEST; CONFLICT for a name that another one of the place has, and where there are too many
 */
export async function createWebhook(
  deps: EditDeps,
  place: WebhookPlace & { readonly creator: string },
  given: GivenWebhook,
): Promise<number> {
  const { db, masterKey } = deps;
  const wanted = requireWebhook(deps, given);
  requireProjectPattern(place);
  const values = valuesOf(masterKey, wanted, place);
  const now = await db.now();
  const { projectId, creator } = place;
  return db.transaction(async (tx) => {
    const id = await addWebhook(tx, { ...values, projectId, creator, now });
    if (id === undefined) throw nameTaken(wanted.name);
    if ((await countWebhooks(tx, projectId)) > mostWebhooks)
      throw new AppError('CONFLICT', {
        message: `a project has at most ${mostWebhooks} webhooks`,
        detail: 'remove one, or give one of them more targets',
      });
    const eventId = await appendWithId(tx, eventOf('webhook.created', place, { id, wanted, now }));
    await beginWebhookAfter(tx, { id, eventId });
    return id;
  });
}

/**
 * Replaces it. One that was off begins anew with what happens from now on; what waits of one that is switched off is not
 * sent.
 * @throws AppError BAD_REQUEST, NOT_FOUND, CONFLICT
 */
export async function updateWebhook(
  deps: EditDeps,
  of: Omit<WebhookPlace, 'projectPattern'>,
  {
    id,
    given,
    projectPattern,
  }: { readonly id: number; readonly given: GivenWebhook; readonly projectPattern?: string | undefined },
): Promise<void> {
  const { db, masterKey } = deps;
  const now = await db.now();
  await db.transaction(async (tx) => {
    // What it keeps is what the change before it has left.
    await lockWebhook(tx, id);
    const before = await requireKnown(tx, of, id);
    const secrets = openSecrets(masterKey, before) ?? before.targets.map(() => noSecrets);
    const wanted = requireWebhook(deps, given, { ...before, secrets });
    const place = { ...of, projectPattern: projectPattern ?? before.projectPattern };
    requireProjectPattern(place);
    const { projectId } = place;
    if (await isNameTaken(tx, { projectId, name: wanted.name, id })) throw nameTaken(wanted.name);
    await putWebhook(tx, { ...valuesOf(masterKey, wanted, place), id, now });
    const eventId = await appendWithId(tx, eventOf('webhook.updated', place, { id, wanted, now }));
    if (!before.enabled && wanted.enabled) await beginWebhookAfter(tx, { id, eventId });
    if (before.enabled && !wanted.enabled) await stopDeliveries(tx, { webhookId: id, now });
  });
}

/** @throws AppError NOT_FOUND */
export async function deleteWebhook(
  { db }: Pick<EditDeps, 'db'>,
  place: WebhookPlace,
  id: number,
): Promise<void> {
  const now = await db.now();
  await db.transaction(async (tx) => {
    await lockWebhook(tx, id);
    const wanted = await requireKnown(tx, place, id);
    await removeWebhook(tx, id);
    await append(tx, eventOf('webhook.deleted', place, { id, wanted, now }));
  });
}

/** @throws AppError NOT_FOUND also for one of another place */
export async function requireKnown(
  db: Parameters<typeof findWebhook>[0],
  { projectId }: Pick<WebhookPlace, 'projectId'>,
  id: number,
): Promise<Webhook> {
  const webhook = await findWebhook(db, id);
  if (webhook === undefined || webhook.projectId !== projectId)
    throw new AppError('NOT_FOUND', { message: `there is no webhook ${id}` });
  return webhook;
}

/** Of an event about a webhook: nothing of a target but how many there are, since an address may be a secret. */
export function eventOf(
  type: Extract<NewEvent['type'], `webhook.${string}`>,
  { projectId, projectName, actor }: WebhookPlace,
  of: {
    readonly id: number;
    readonly wanted: Pick<WebhookDefinition, 'name' | 'targets' | 'eventTypes' | 'enabled'>;
    readonly now: number;
  },
): NewEvent {
  const { name, targets, eventTypes, enabled } = of.wanted;
  return {
    type,
    at: of.now,
    actor,
    projectId,
    object: projectName === '' ? name : `${projectName}/${name}`,
    data: { id: of.id, targets: targets.length, eventTypes: eventTypes.join(','), enabled: enabled ? 1 : 0 },
  };
}

function valuesOf(
  key: MasterKey,
  wanted: WebhookDefinition,
  { projectPattern }: Pick<WebhookPlace, 'projectPattern'>,
): WebhookValues {
  const { bytes, wrappedBy } = sealSecrets(key, wanted.secrets);
  return {
    projectPattern,
    name: wanted.name,
    description: wanted.description,
    targets: JSON.stringify(wanted.targets),
    secrets: bytes,
    wrappedBy,
    eventTypes: JSON.stringify(wanted.eventTypes),
    filters: JSON.stringify(wanted.filters),
    enabled: wanted.enabled ? 1 : 0,
  };
}

function nameTaken(name: string): AppError {
  return new AppError('CONFLICT', {
    message: `there is a webhook ${name} already`,
    detail: 'choose another name',
  });
}
