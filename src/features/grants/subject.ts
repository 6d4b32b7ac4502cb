import { readsSystem } from '../../access/authorize.ts';
import { requireInProject } from '../../access/denied.ts';
import { heldGrants, type ListedGrant } from '../../access/grants/grant-page-reads.ts';
import type { SignedInPrincipal } from '../../access/principal.ts';
import { findProject } from '../../access/projects/project-reads.ts';
import type { SignedInAsker } from '../../access/rest-route.ts';
import type { OffReason } from '../../access/robots/robot-is-off.ts';
import { findRobotByName } from '../../access/robots/robot-reads.ts';
import { requireUser } from '../../access/users/require-user.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Target } from './target.ts';
import { parseWho, type Who } from './who.ts';

/** Whom a question is about. */
export interface Subject {
  readonly principal: SignedInPrincipal;
  readonly grants: readonly ListedGrant[];
  readonly self: boolean;
  /** Why the account, or the robot, cannot be used. */
  readonly off: OffReason | undefined;
}

/**
 * Of themselves everybody may ask; of others who administers or audits the system, or administers the project that it is about.
 * @throws AppError NOT_FOUND, DENIED, BAD_REQUEST
 */
export async function findSubject(
  deps: { readonly db: Database; readonly prefix: () => string },
  asker: SignedInAsker,
  { who, target }: { readonly who: string | undefined; readonly target: Target },
): Promise<Subject> {
  const { principal } = asker;
  const { db, prefix } = deps;
  if (who === undefined || isSelf(principal, who))
    return { principal, grants: await grantsHeld(db, principal), self: true, off: undefined };
  await requireMayAsk(db, asker, target);
  const { kind, name } = await readWho(deps, who);
  if (kind === 'group')
    throw new AppError('BAD_REQUEST', {
      message: 'a group does nothing itself: ask about one of its accounts',
      detail: 'berth access list --group shows what a group has',
    });
  if (kind === 'user') {
    const { id, username, disabled } = await requireUser(db.reader, name);
    const found = { kind: 'user', id, username } as const;
    return {
      principal: found,
      grants: await grantsHeld(db, found),
      self: false,
      off: disabled ? 'disabled' : undefined,
    };
  }
  const robot = await findRobotByName(db.reader, name);
  if (robot === undefined)
    throw new AppError('NOT_FOUND', { message: `there is no robot account "${name.slice(0, 255)}"` });
  const found = { kind: 'robot', robotId: robot.id, robotName: `${prefix()}${robot.name}` } as const;
  const ended = robot.expiresAt !== null && robot.expiresAt <= (await db.now());
  const off = robot.disabled === 1 ? 'disabled' : ended ? 'ended' : undefined;
  return { principal: found, grants: await grantsHeld(db, found), self: false, off };
}

/** As `parseWho`, and also the name with which a robot signs in, as pages show it. */
async function readWho(
  { db, prefix }: { readonly db: Database; readonly prefix: () => string },
  who: string,
): Promise<Who> {
  const meant = parseWho(who, prefix());
  if (meant.kind !== 'user' || !who.startsWith(prefix())) return meant;
  const name = who.slice(prefix().length);
  return (await findRobotByName(db.reader, name)) === undefined ? meant : { kind: 'robot', name };
}

function isSelf(principal: SignedInPrincipal, who: string): boolean {
  return principal.kind === 'user'
    ? who === principal.username
    : who === principal.robotName || who === `robot:${principal.robotName}`;
}

function grantsHeld({ reader }: Database, principal: SignedInPrincipal): Promise<ListedGrant[]> {
  return heldGrants(
    reader,
    principal.kind === 'user' ? { userId: principal.id } : { robotId: principal.robotId },
  );
}

async function requireMayAsk(db: Database, asker: SignedInAsker, target: Target): Promise<void> {
  if (readsSystem(asker.grants, asker.now)) return;
  if (target.kind === 'system')
    throw new AppError('DENIED', {
      message: 'what others may do on the system only its administrators and auditors may ask',
      detail: 'leave out who to ask about yourself',
    });
  const project = await findProject(db.reader, target.project);
  await requireInProject({ db }, asker, { permission: 'member:create', project, named: target.project });
}
