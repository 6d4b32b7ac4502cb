import type { Permission } from '../../access/grants/roles.ts';
import type { SignedInPrincipal } from '../../access/principal.ts';
import type { Project } from '../../access/projects/project-reads.ts';
import { usageOf } from '../../content/repositories/usage-reads.ts';
import { guardAgainst } from '../../content/tags/tag-guards.ts';
import { findByTag } from '../../content/tags/tag-reads.ts';
import { type Because, because } from '../../lib/because.ts';
import { formatBytes } from '../../lib/text/format-bytes.ts';
import type { Database } from '../../platform/db/database.ts';

/** What stands in the way of somebody who has the right. */
export interface ClosedGate {
  readonly kind: 'read-only' | 'quota' | 'immutable' | 'protected';
  readonly message: string;
  readonly because: Because | undefined;
}

export interface GateDeps {
  readonly db: Database;
  readonly readOnly: () => boolean;
  /** Whether limits of projects count. */
  readonly quotas: () => boolean;
}

interface Attempt {
  readonly principal: SignedInPrincipal;
  readonly permission: Permission;
  readonly project: Project;
  readonly path?: string;
  readonly tag?: string;
}

const pushing: readonly Permission[] = ['repository:push', 'artifact:create'];
const deleting: readonly Permission[] = ['repository:delete', 'artifact:delete', 'tag:delete'];

/** Those that are closed now; they are asked again when it is done. */
export async function closedGates(deps: GateDeps, attempt: Attempt): Promise<ClosedGate[]> {
  const reading = /:(?:read|list|pull)$/.test(attempt.permission);
  const closed: ClosedGate[] = [];
  if (!reading && deps.readOnly())
    closed.push({
      kind: 'read-only',
      message: 'nothing can be changed: the system is in read-only mode',
      because: because('read only', {}),
    });
  closed.push(...(await fullQuota(deps, attempt)), ...(await guardedTag(deps, attempt)));
  return closed;
}

async function fullQuota({ db, quotas }: GateDeps, { permission, project }: Attempt): Promise<ClosedGate[]> {
  if (!pushing.includes(permission) || !quotas()) return [];
  const { usedBytes = 0, limitBytes = -1 } = (await usageOf(db.reader, project.id)) ?? {};
  if (limitBytes < 0 || usedBytes < limitBytes) return [];
  const [used, limit] = [formatBytes(usedBytes), formatBytes(limitBytes)];
  const message = `${project.name} is full: ${used} are used, the limit is ${limit}; delete what is not needed, or ask an administrator to raise the limit`;
  return [
    { kind: 'quota', message, because: because('project full', { project: project.name, used, limit }) },
  ];
}

async function guardedTag(
  { db: { reader } }: GateDeps,
  { principal, permission, project, path, tag }: Attempt,
): Promise<ClosedGate[]> {
  const isPush = pushing.includes(permission) || permission === 'tag:create';
  if (path === undefined || tag === undefined || !(isPush || deleting.includes(permission))) return [];
  const repositoryName = `${project.name}/${path}`;
  const isThere = (await findByTag(reader, repositoryName, tag)) !== undefined;
  if (!isPush && !isThere) return [];
  const actor = principal.kind === 'user' ? `user:${principal.id}` : `robot:${principal.robotId}`;
  const guard = await guardAgainst(reader, {
    projectId: project.id,
    repositoryName,
    actor: { principal: actor },
    tag,
    change: isPush ? (isThere ? 'move' : 'create') : 'delete',
  });
  if (guard === undefined) return [];
  const { code, message, detail, because } = guard;
  const kind = code === 'TAG_IMMUTABLE' ? 'immutable' : 'protected';
  return [{ kind, message: typeof detail === 'string' ? `${message}; ${detail}` : message, because }];
}
