import { AppError } from '../../lib/errors.ts';
import type { EventType } from '../../lib/event-types.ts';
import type { Actor } from '../../platform/events/append.ts';
import { operationEvents } from './operation-events.ts';
import type { Refusal, RefusalLog } from './refusal-log.ts';

export type Refusals = Pick<RefusalLog, 'add'>;

/** What is told of a call is its names, never what is in its body beside them. */
export interface RefusedCall {
  readonly operationId: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

const maxTextLength = 512;

/** Of a call of the REST API that would have changed something. */
export function noteRefusedCall(
  refusals: Refusals,
  call: RefusedCall,
  actor: Actor | undefined,
  error: unknown,
): void {
  const type = operationEvents[call.operationId];
  if (type === undefined) return;
  const { parameters } = call;
  const name = parameters['project_name'];
  const reference = name ?? parameters['project_name_or_id'] ?? projectIn(call.body);
  const text = typeof reference === 'string' ? reference : undefined;
  const isId =
    'project_name_or_id' in parameters &&
    parameters['X-Is-Resource-Name'] !== true &&
    /^\d{1,15}$/.test(text ?? '');
  noteRefusal(refusals, error, {
    type,
    actor,
    project: text === undefined ? undefined : isId ? Number(text) : text,
    object: objectOf(call),
  });
}

/** Nobody in particular is refused in numbers that are nobody's to limit: the metrics count them. */
export function noteRefusal(
  refusals: Refusals,
  error: unknown,
  of: {
    readonly type: EventType;
    readonly actor: Actor | undefined;
    readonly project: string | number | undefined;
    readonly object: string;
    readonly onlyIfProjectExists?: true;
  },
): void {
  const { actor, project, object, type, onlyIfProjectExists } = of;
  if (!(error instanceof AppError) || actor === undefined || actor.principal === 'anonymous') return;
  const { status } = error.row;
  if (status < 400 || status > 499 || status === 401) return;
  const mayBeOfBody = status === 400 || status === 422;
  refusals.add({
    type,
    actor,
    project: typeof project === 'string' && !isName.test(project) ? undefined : project,
    object: plain(object),
    code: error.code,
    status,
    message: mayBeOfBody ? undefined : plain(error.message),
    ...(onlyIfProjectExists === undefined ? {} : { onlyIfProjectExists }),
  });
}

/** Whatever else is no project, and never gets to the database. */
const isName = /^[a-z0-9._-]{1,255}$/;

/** Of an account. */
const maxNameLength = 255;

/** A sign-in that failed, whether or not there is such an account. The log tells the name only if there is. */
export function noteFailedSignIn(
  refusals: Refusals,
  of: { readonly username: string; readonly address: string; readonly client: string; readonly id: string },
  error: unknown,
): void {
  if (!(error instanceof AppError)) return;
  const { username, address, client, id: requestId } = of;
  const name = username.slice(0, maxNameLength);
  refusals.add({
    type: 'session.opened',
    actor: { principal: `name:${name}`, address, client, requestId },
    project: undefined,
    object: name,
    code: error.code,
    status: error.row.status,
    message: undefined,
  } satisfies Refusal);
}

/** What else is in paths, except codes of devices, which are secret. */
const idNames = [
  'mid',
  'meta_name',
  'immutable_rule_id',
  'protection_id',
  'webhook_policy_id',
  'webhook_id',
  'label_id',
  'id',
  'token_id',
  'grant_id',
  'role_name',
  'name',
];

/** What those work on whose calls do not name it. */
const objects: Readonly<Record<string, string>> = {
  putSystemCVEAllowlist: 'cve_allowlist',
  putProjectDefaults: 'project defaults',
  syncQuota: 'every project',
  renameAdmin: 'admin',
  revokeCurrentPersonalToken: 'token',
  answerDeviceLogin: 'device',
  createGCSchedule: 'GARBAGE_COLLECTION',
  updateGCSchedule: 'GARBAGE_COLLECTION',
  stopGC: 'GARBAGE_COLLECTION',
  createPurgeSchedule: 'PURGE_AUDIT_LOG',
  updatePurgeSchedule: 'PURGE_AUDIT_LOG',
  stopPurge: 'PURGE_AUDIT_LOG',
  startStorageVerification: 'STORAGE_VERIFICATION',
  setStorageVerificationSchedule: 'STORAGE_VERIFICATION',
  deleteStorageVerificationSchedule: 'STORAGE_VERIFICATION',
  startStorageReconciliation: 'STORAGE_RECONCILIATION',
  setStorageReconciliationSchedule: 'STORAGE_RECONCILIATION',
  deleteStorageReconciliationSchedule: 'STORAGE_RECONCILIATION',
  removeStorageStrays: 'STORAGE_RECONCILIATION',
  restoreStorageStrays: 'STORAGE_RECONCILIATION',
};

function objectOf({ operationId, parameters, body }: RefusedCall): string {
  const text = (name: string): string | undefined => {
    const value = parameters[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const repository = text('repository_name');
  const project = text('project_name') ?? text('project_name_or_id');
  const [user, group, robot] = [text('user_id'), text('group_id'), text('robot_id')];
  const last = idNames.map(text).find(Boolean);
  const [job, trash, digest, queue] = [text('job_id'), text('trash_id'), text('digest'), text('job_type')];
  if (repository !== undefined) {
    const name = `${project ?? ''}/${repository.replaceAll(/%2f/gi, '/')}`;
    const tag = text('tag_name');
    const reference = text('reference');
    if (tag !== undefined) return `${name}:${tag}`;
    return reference === undefined ? name : `${name}${reference.includes(':') ? '@' : ':'}${reference}`;
  }
  if (robot !== undefined) return `robot:${robot}`;
  if (group !== undefined) return `group:${group}`;
  if (user !== undefined) return `user:${user}`;
  if (project !== undefined) return last === undefined ? project : `${project}/${last}`;
  if (job !== undefined) return `job ${job}`;
  if (trash !== undefined) return `trash ${trash}`;
  return last ?? digest ?? queue ?? objects[operationId] ?? nameIn(body) ?? 'configuration';
}

function nameIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const fields = body as Readonly<Record<string, unknown>>;
  for (const name of ['project_name', 'username', 'group_name', 'name', 'where']) {
    const value = fields[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** Where a right would have been given: `pay/api` is in `pay`. */
function projectIn(body: unknown): string | undefined {
  const where = typeof body === 'object' && body !== null && 'where' in body ? body.where : undefined;
  return typeof where === 'string' && where !== 'system' ? where.split('/')[0] : undefined;
}

/** One line without control characters. */
function plain(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\p{Cc}+/gu, ' ')
    .slice(0, maxTextLength)
    .toWellFormed();
}
