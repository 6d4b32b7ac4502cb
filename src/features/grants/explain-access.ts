import { can, canOnSystem } from '../../access/authorize.ts';
import { administratorsToAsk } from '../../access/denied.ts';
import { type Explanation, explain, systemRefusal } from '../../access/explain.ts';
import type { ListedGrant } from '../../access/grants/grant-page-reads.ts';
import { principalName } from '../../access/principal.ts';
import { findProject } from '../../access/projects/project-reads.ts';
import { AppError } from '../../lib/errors.ts';
import { type ClosedGate, closedGates, type GateDeps } from './gates.ts';
import type { Subject } from './subject.ts';
import { parsePermission, parseSystemPermission, type Target } from './target.ts';

export interface Answer extends Pick<Explanation<ListedGrant>, 'allowed' | 'visible' | 'message' | 'detail'> {
  readonly permission: string;
  readonly explanation: Explanation<ListedGrant> | undefined;
  readonly enough: string | undefined;
  readonly gates: readonly ClosedGate[];
  readonly ask: readonly string[];
}

const nothingElse = { explanation: undefined, enough: undefined, gates: [], ask: [] } as const;

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
  const { principal, grants, self } = subject;
  if (project === undefined) {
    const nowhere = { project: { id: 0, public: false } };
    if (self && !can(grants, permission, nowhere, now).allowed) return hidden(subject, permission, where);
    throw new AppError('NOT_FOUND', { message: `project ${target.project} not found` });
  }
  const place = {
    project,
    ...(path === undefined ? {} : { path }),
    ...(tag === undefined ? {} : { tag }),
  };
  const decision = can(grants, permission, place, now);
  if (self && !decision.visible) return hidden(subject, permission, where);
  const ask = await administratorsToAsk(deps.db, project, decision, now);
  const explanation = explain({ who: principal, grants, permission, ...place, now, administrators: ask });
  const { allowed, visible, message, detail, enough } = explanation;
  const gates = await closedGates(deps, { principal, permission, ...place });
  return { permission, allowed, visible, message, detail, explanation, enough, gates, ask };
}

function onSystem({ principal, grants }: Subject, action: string, now: number): Answer {
  const permission = parseSystemPermission(action);
  const allowed = canOnSystem(grants, permission, now);
  if (allowed) {
    const message = `${principalName(principal)} has the permission ${permission} on the system`;
    return { ...nothingElse, permission, allowed, visible: true, message, detail: '' };
  }
  const { message, detail, enough } = systemRefusal(principal, permission);
  return { ...nothingElse, permission, allowed, visible: true, message, detail, enough };
}

/** Of what is hidden from who asks about themselves as of what is missing. */
function hidden({ principal }: Subject, permission: string, where: string): Answer {
  return {
    ...nothingElse,
    permission,
    allowed: false,
    visible: false,
    message: `there is no ${where}, or ${principalName(principal)} has no access to it`,
    detail: 'check the name, or ask an administrator',
  };
}
