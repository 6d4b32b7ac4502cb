import { can, canOnSystem } from '../../access/authorize.ts';
import type { SystemPermission } from '../../access/grants/system-permissions.ts';
import { principalKey, principalText, type SignedInPrincipal } from '../../access/principal.ts';
import type { SignedInAsker } from '../../access/rest-route.ts';
import { type Visible, visibleTo } from '../../access/visible.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Batch } from './batch.ts';
import { findBatch } from './batch-store.ts';

/**
 * Somebody else's is answered as one that is not there.
 * @throws AppError NOT_FOUND
 */
export async function requireBatch(
  db: Database,
  asker: SignedInAsker,
  id: number,
  permission: SystemPermission = 'jobservice-monitor:list',
): Promise<Batch> {
  const { principal, grants, now } = asker;
  const found = await findBatch(db.reader, id);
  const isSeen =
    found !== undefined &&
    (isOwn(found, principal) ||
      canOnSystem(grants, permission, now) ||
      isInOwnProject(found, asker) ||
      (permission === 'jobservice-monitor:list' && (await undoesOwn(db, found, principal))));
  if (!isSeen) throw new AppError('NOT_FOUND', { message: `there is no batch ${id}` });
  return found;
}

/** Whose change is taken back, whoever took that back in turn, looks at what becomes of it, and stops nobody. */
async function undoesOwn(db: Database, { undoes }: Batch, principal: SignedInPrincipal): Promise<boolean> {
  const undone = undoes === null ? undefined : await findBatch(db.reader, undoes);
  return undone !== undefined && (isOwn(undone, principal) || (await undoesOwn(db, undone, principal)));
}

/** Who gives roles in a project sees what was done there by many, and takes it back with the rights that they hold. */
const administers = 'member:create';

function isInOwnProject({ projectId: id }: Batch, { grants, now }: SignedInAsker): boolean {
  return id !== null && can(grants, administers, { project: { id, public: false } }, now).allowed;
}

export function placesOf({ grants, now }: SignedInAsker): Visible {
  return canOnSystem(grants, 'jobservice-monitor:list', now)
    ? { kind: 'all' }
    : visibleTo(grants, administers, now);
}

/** An account sees what was asked for by its tokens, too; a token, which may do less, nothing else. */
function isOwn({ principal: by }: Batch, principal: SignedInPrincipal): boolean {
  const isToken = principal.kind === 'user' && principal.personalToken !== undefined;
  return isToken
    ? principalKey(by) === principalKey(principal)
    : principalText(by) === principalText(principal);
}
