import { can, canOnSystem } from '../../access/authorize.ts';
import { requireInProject } from '../../access/denied.ts';
import { principalName } from '../../access/principal.ts';
import { findProjectById } from '../../access/projects/project-reads.ts';
import type { Asker } from '../../access/rest-route.ts';
import { findLabel, type Label } from '../../content/labels/label-reads.ts';
import { noLabel } from '../../content/labels/update-label.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';

interface Deps {
  readonly db: Database;
}

export type LabelAction = 'create' | 'read' | 'update' | 'delete';

/**
 * What is asked of the labels of a project, or of those of the system.
 * @param projectId null: of the system
 * @throws AppError UNAUTHORIZED, DENIED, NOT_FOUND
 */
export async function requirePlace(
  deps: Deps,
  asker: Asker,
  need: { readonly action: LabelAction | 'list'; readonly projectId: number | null },
): Promise<void> {
  const { action, projectId } = need;
  if (projectId !== null) {
    const project = await findProjectById(deps.db.reader, projectId);
    await requireInProject(deps, asker, {
      permission: `label:${action}`,
      project,
      named: String(projectId),
    });
    return;
  }
  // Everybody may list them.
  if (action === 'list') return;
  const { principal, grants, now } = asker;
  if (canOnSystem(grants, `label:${action}`, now)) return;
  if (principal.kind === 'anonymous') throw new AppError('UNAUTHORIZED');
  throw new AppError('DENIED', {
    message: `${principalName(principal)} may not do this: it needs the permission label:${action} on the system`,
    detail: 'ask an administrator of the system',
  });
}

/**
 * A label that the asker may do that to. One of a project whose labels they cannot see is answered as none: 401 to
 * who has not signed in, else 404.
 * @throws AppError UNAUTHORIZED, DENIED, NOT_FOUND
 */
export async function requireLabel(
  deps: Deps,
  asker: Asker,
  { id, action }: { readonly id: number; readonly action: LabelAction },
): Promise<Label> {
  const label = await findLabel(deps.db.reader, id);
  if (label === undefined || !(await mayList(deps, asker, label))) {
    throw asker.principal.kind === 'anonymous' ? new AppError('UNAUTHORIZED') : noLabel(id);
  }
  await requirePlace(deps, asker, { action, projectId: label.projectId });
  return label;
}

async function mayList({ db }: Deps, { grants, now }: Asker, { projectId }: Label): Promise<boolean> {
  if (projectId === null) return true;
  const project = await findProjectById(db.reader, projectId);
  if (project === undefined) return false;
  return (['read', 'update', 'delete'] as const).some(
    (action) => can(grants, `label:${action}`, { project }, now).allowed,
  );
}
