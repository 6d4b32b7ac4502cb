import { can } from '../../access/authorize.ts';
import type { HolderKind, StandingGrant } from '../../access/grants/grant-page-reads.ts';
import { isPublic } from '../../access/grants/roles.ts';
import type { Project } from '../../access/projects/project-reads.ts';
import { parsePermission } from './target.ts';

export const askedActions = ['pull', 'push', 'delete'] as const;
export type AskedAction = (typeof askedActions)[number];

/** Somebody who may do something in a place, and by what. */
export interface Allowed {
  readonly kind: 'everyone' | 'system' | HolderKind;
  /** Of the account or the group; of a robot without the prefix. */
  readonly name?: string;
  readonly principalId?: number;
  /** Of those who are not named. */
  readonly count?: number;
  readonly actions: readonly AskedAction[];
  /** What gives the actions, each once. */
  readonly by: readonly StandingGrant[];
  readonly off?: boolean;
}

interface Place {
  readonly project: Pick<Project, 'id' | 'public'>;
  readonly path?: string;
  readonly tag?: string;
}

const order = ['everyone', 'user', 'group', 'robot', 'system'] as const;

/**
 * Who may pull, push or delete there, by name: everybody first where the project is public; who has it by a grant on the
 * whole system last, as a number unless `namesSystem`. A group stands for its members. Pure.
 */
export function whoMay(
  around: readonly StandingGrant[],
  question: { readonly place: Place; readonly now: number; readonly namesSystem: boolean },
): readonly Allowed[] {
  const { place, namesSystem } = question;
  const byHolder = Map.groupBy(around, ({ kind, principalId }) => `${kind} ${principalId}`);
  const named: Allowed[] = [];
  const hidden: Allowed[] = [];
  for (const grants of byHolder.values()) {
    const allowed = allowedBy(grants, question);
    if (allowed === undefined) continue;
    const isKnown = namesSystem || grants.some(({ projectId }) => projectId !== null);
    (isKnown ? named : hidden).push(allowed);
  }
  const open = place.project.public ? askedActions.filter((action) => isPublic(permissionOf(action))) : [];
  const rows: Allowed[] = [
    ...(open.length === 0 ? [] : [{ kind: 'everyone', actions: open, by: [] } as const]),
    ...named.map((row) =>
      namesSystem ? row : { ...row, by: row.by.filter(({ projectId }) => projectId !== null) },
    ),
    ...(hidden.length === 0 ? [] : [together(hidden)]),
  ];
  return rows.toSorted(
    (a, b) =>
      order.indexOf(a.kind) - order.indexOf(b.kind) || (a.name ?? '').localeCompare(b.name ?? '', 'en'),
  );
}

function permissionOf(action: AskedAction) {
  return parsePermission(action, false);
}

function allowedBy(
  grants: readonly StandingGrant[],
  { place, now }: { readonly place: Place; readonly now: number },
): Allowed | undefined {
  const [first] = grants;
  if (first === undefined) return undefined;
  // What everybody may is said once.
  const closed = { ...place, project: { ...place.project, public: false } };
  const by = new Set<StandingGrant>();
  const actions = askedActions.filter((action) => {
    const { allowed, reason } = can(grants, permissionOf(action), closed, now);
    const giving = reason.kind === 'grant' ? grants.find((grant) => grant === reason.grant) : undefined;
    if (giving !== undefined) by.add(giving);
    return allowed;
  });
  if (actions.length === 0) return undefined;
  const { kind, holder: name, principalId, off } = first;
  return { kind, name, principalId, actions, by: [...by], off };
}

function together(rows: readonly Allowed[]): Allowed {
  return {
    kind: 'system',
    count: rows.length,
    actions: askedActions.filter((action) => rows.some(({ actions }) => actions.includes(action))),
    by: [],
  };
}
