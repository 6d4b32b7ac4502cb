import type { Permission } from '../../access/grants/roles.ts';
import type { Project } from '../../access/projects/project-reads.ts';
import { usageOf } from '../../content/repositories/usage-reads.ts';
import { keeps } from '../../content/tags/immutable-rule.ts';
import { rulesOf } from '../../content/tags/immutable-rule-reads.ts';
import { keptFrom } from '../../content/tags/kept-from.ts';
import { findByTag } from '../../content/tags/tag-reads.ts';
import { formatBytes } from '../../lib/text/format-bytes.ts';
import type { Database } from '../../platform/db/database.ts';

/** What stands in the way of somebody who has the right. */
export interface ClosedGate {
  readonly kind: 'read-only' | 'quota' | 'immutable';
  readonly message: string;
}

export interface GateDeps {
  readonly db: Database;
  readonly readOnly: () => boolean;
  /** Whether limits of projects count. */
  readonly quotas: () => boolean;
}

interface Attempt {
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
    closed.push({ kind: 'read-only', message: 'nothing can be changed: the system is in read-only mode' });
  closed.push(...(await fullQuota(deps, attempt)), ...(await immutableTag(deps, attempt)));
  return closed;
}

async function fullQuota({ db, quotas }: GateDeps, { permission, project }: Attempt): Promise<ClosedGate[]> {
  if (!pushing.includes(permission) || !quotas()) return [];
  const { usedBytes = 0, limitBytes = -1 } = (await usageOf(db.reader, project.id)) ?? {};
  if (limitBytes < 0 || usedBytes < limitBytes) return [];
  const message = `${project.name} is full: ${formatBytes(usedBytes)} are used, the limit is ${formatBytes(limitBytes)}; delete what is not needed, or ask an administrator to raise the limit`;
  return [{ kind: 'quota', message }];
}

async function immutableTag({ db }: GateDeps, { permission, project, path, tag }: Attempt) {
  const isPush = pushing.includes(permission) || permission === 'tag:create';
  if (path === undefined || tag === undefined || !(isPush || deleting.includes(permission))) return [];
  const repositoryName = `${project.name}/${path}`;
  const rules = await rulesOf(db.reader, project.id);
  const rule = rules.find((each) => !each.disabled && keeps(each, repositoryName, tag));
  if (rule === undefined || (await findByTag(db.reader, repositoryName, tag)) === undefined) return [];
  const { message, detail } = keptFrom(isPush ? 'moving' : 'deleting', { rule, repositoryName, tag });
  return [{ kind: 'immutable', message: `${message} ${detail ?? ''}` } as const];
}
