import { can } from '../../access/authorize.ts';
import { denied } from '../../access/denied.ts';
import type { Permission } from '../../access/grants/roles.ts';
import { findProjectById, type Project } from '../../access/projects/project-reads.ts';
import type { SignedInAsker } from '../../access/rest-route.ts';
import { visibleTo } from '../../access/visible.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { findPolicy, type StoredPolicy } from './store/policy-store.ts';

export interface FoundPolicy extends StoredPolicy {
  readonly project: Project;
}

/**
 * A policy of whose project the asker may do that. Who may read policies somewhere is told that there is none, of one that
 * is missing and of one that is elsewhere; all others that it is forbidden, of both.
 * @throws AppError NOT_FOUND, DENIED
 */
export async function findPolicyFor(
  { db }: { readonly db: Database },
  asker: SignedInAsker,
  of: { readonly id: number; readonly action: 'read' | 'update' | 'delete' | 'list' },
): Promise<FoundPolicy> {
  const { principal, grants, now } = asker;
  const found = await findPolicy(db.reader, of.id);
  const project = found && (await findProjectById(db.reader, found.projectId));
  if (found !== undefined && project !== undefined) {
    // A policy is nothing that a public project shows.
    const place = { project: { id: project.id, public: false } };
    const permission: Permission = `tag-retention:${of.action}`;
    const decision = can(grants, permission, place, now);
    if (decision.allowed) return { ...found, project };
    if (can(grants, 'tag-retention:read', place, now).allowed)
      throw await denied({ db }, { principal, grants, permission, project, place: { project }, decision });
  }
  if (readsSomewhere(asker))
    throw new AppError('NOT_FOUND', { message: `retention policy ${of.id} not found` });
  throw new AppError('DENIED', { message: 'forbidden' });
}

function readsSomewhere({ grants, now }: SignedInAsker): boolean {
  const places = visibleTo(grants, 'tag-retention:read', now);
  return places.kind === 'all' || places.everywhere === true || places.projectIds.length > 0;
}
