import { can, canOnSystem } from '../../access/authorize.ts';
import { administratorsHere, administratorsToAsk } from '../../access/denied.ts';
import { type Explanation, explain, systemRefusal } from '../../access/explain.ts';
import type { ListedGrant } from '../../access/grants/grant-page-reads.ts';
import type { Grant } from '../../access/grants/grant-reads.ts';
import type { Permission } from '../../access/grants/roles.ts';
import { principalName } from '../../access/principal.ts';
import { findProject, type Project } from '../../access/projects/project-reads.ts';
import { holdsPart } from '../../access/visible.ts';
import type { Because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { type ClientAnswer, clientAnswer } from './client-answer.ts';
import { type ClosedGate, closedGates, type GateDeps } from './gates.ts';
import type { Subject } from './subject.ts';
import { parsePermission, parseSystemPermission, type Target } from './target.ts';

export interface Answer extends Pick<Explanation<ListedGrant>, 'allowed' | 'visible' | 'message' | 'detail'> {
  readonly permission: string;
  /** What a client is told that pulls or pushes. */
  readonly client: ClientAnswer | undefined;
  readonly because: Because | undefined;
  readonly explanation: Explanation<ListedGrant> | undefined;
  readonly enough: string | undefined;
  readonly gates: readonly ClosedGate[];
  readonly ask: readonly string[];
}

const nothingElse = {
  client: undefined,
  because: undefined,
  explanation: undefined,
  enough: undefined,
  gates: [],
  ask: [],
} as const;

/**
 * Whether somebody may do something somewhere, why, and what would be enough.
 * @throws AppError BAD_REQUEST, NOT_FOUND
 */
export async function explainAccess(
  deps: GateDeps,
  question: {
    readonly subject: Subject;
    readonly action: string;
    readonly target: Target;
    readonly where: string;
  },
): Promise<Answer> {
  const { subject, action, target, where } = question;
  const now = await deps.db.now();
  if (target.kind === 'system') return onSystem(subject, action, now);
  const { path, tag } = target;
  const permission = parsePermission(action, path === undefined);
  const project = await findProject(deps.db.reader, target.project);
  const { principal, grants, self, off } = subject;
  const repository = path === undefined ? undefined : `${target.project}/${path}`;
  if (project === undefined) {
    const nowhere = { project: { id: 0, public: false } };
    if (self && !can(grants, permission, nowhere, now).allowed)
      return hidden(subject, { permission, where, repository, ask: [] });
    throw new AppError('NOT_FOUND', { message: `project ${target.project} not found` });
  }
  const place = {
    project,
    ...(path === undefined ? {} : { path }),
    ...(tag === undefined ? {} : { tag }),
  };
  const decision = can(grants, permission, place, now);
  if (self && !decision.visible) {
    const ask = await administratorsOfPart(deps.db, { grants, project, now });
    return hidden(subject, { permission, where, repository, ask });
  }
  const ask = await administratorsToAsk(deps.db, project, decision, now);
  const explanation = explain({ who: principal, grants, permission, ...place, now, administrators: ask });
  const { allowed, visible, message, detail, because, enough } = explanation;
  return {
    permission,
    client: clientAnswer({ principal, permission, off, allowed, visible, message, repository }),
    allowed,
    visible,
    message,
    detail,
    because,
    explanation,
    enough,
    gates: await closedGates(deps, { principal, permission, ...place }),
    ask,
  };
}

function onSystem({ principal, grants }: Subject, action: string, now: number): Answer {
  const permission = parseSystemPermission(action);
  const allowed = canOnSystem(grants, permission, now);
  if (allowed) {
    const message = `${principalName(principal)} has the permission ${permission} on the system`;
    return { ...nothingElse, permission, allowed, visible: true, message, detail: '' };
  }
  const { message, detail, enough, because } = systemRefusal(principal, permission);
  return { ...nothingElse, because, permission, allowed, visible: true, message, detail, enough };
}

/** Who was given a part of the project knows that it is there; nobody else is told whose it is. */
async function administratorsOfPart(
  db: Database,
  of: { readonly grants: readonly Grant[]; readonly project: Pick<Project, 'id'>; readonly now: number },
): Promise<readonly string[]> {
  return holdsPart(of, 'repository:pull', of.project) ? administratorsHere(db, of.project, of.now) : [];
}

interface HiddenPlace {
  readonly permission: Permission;
  readonly where: string;
  readonly repository: string | undefined;
}

/** Of what is hidden from who asks about themselves as of what is missing. */
function hidden(
  { principal, off }: Subject,
  { permission, where, repository, ask }: HiddenPlace & Pick<Answer, 'ask'>,
): Answer {
  const told = { allowed: false, visible: false } as const;
  const message = `there is no ${where}, or ${principalName(principal)} has no access to it`;
  return {
    ...nothingElse,
    ...told,
    client: clientAnswer({ principal, permission, off, ...told, message, repository }),
    permission,
    message,
    ask,
    detail: 'check the name, or ask an administrator',
  };
}
