import { can, denies } from '../../access/authorize.ts';
import type { HolderKind, StandingGrant } from '../../access/grants/grant-page-reads.ts';
import type { Grant } from '../../access/grants/grant-reads.ts';
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
  /** Where no tag is asked for, also what is given for some tags only. */
  readonly actions: readonly AskedAction[];
  /** For which tags, of actions that are for some only. */
  readonly forTags?: Readonly<Partial<Record<AskedAction, readonly string[]>>>;
  /** What gives the actions, each once. */
  readonly by: readonly StandingGrant[];
  readonly off?: boolean;
  /** Of a robot that ends. */
  readonly endsAt?: number | null;
}

interface Place {
  readonly project: Pick<Project, 'id' | 'public'>;
  readonly path?: string;
  readonly tag?: string;
}

export interface WhoMayQuestion {
  readonly place: Place;
  readonly now: number;
  /** What somebody has who did not sign in: in an open registry that is a role on the system. */
  readonly everybody: readonly Grant[];
  /** Whether the asker may know who has what on the whole system. */
  readonly namesSystem: boolean;
  /** Undefined: whoever may do anything. */
  readonly action?: AskedAction | undefined;
}

const order = ['everyone', 'user', 'group', 'robot', 'system'] as const;

/**
 * Who may pull, push or delete there, by name: first what everybody may; last what a grant on the whole system gives, as a
 * number of holders unless `namesSystem`. A group stands for its members. Pure.
 */
export function whoMay(around: readonly StandingGrant[], question: WhoMayQuestion): readonly Allowed[] {
  const { place, everybody, now, action } = question;
  const holders = [...Map.groupBy(around, ({ kind, principalId }) => `${kind} ${principalId}`).values()];
  const told = holders.map((grants) => toldOf(grants, question));
  const open = askedActions.filter(
    (each) =>
      (place.project.public && isPublic(permissionOf(each))) ||
      can(everybody, permissionOf(each), place, now).allowed,
  );
  const isAsked = ({ actions }: Pick<Allowed, 'actions'>): boolean =>
    action === undefined ? actions.length > 0 : actions.includes(action);
  const rows: Allowed[] = [
    { kind: 'everyone', actions: open, by: [] },
    ...told.flatMap(({ named }) => named),
    together(told.flatMap(({ hidden }) => hidden).filter(isAsked)),
  ];
  return rows
    .filter(isAsked)
    .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || byName(a, b));
}

interface Told {
  readonly named: readonly Allowed[];
  /** What somebody has besides, by the whole system. */
  readonly hidden: readonly Allowed[];
}

function toldOf(grants: readonly StandingGrant[], question: WhoMayQuestion): Told {
  const all = allowedBy(grants, question);
  if (all === undefined) return { named: [], hidden: [] };
  if (question.namesSystem) return { named: [all], hidden: [] };
  const here = allowedBy(grants.filter(isInProject), question);
  const isHere = (action: AskedAction): boolean => here?.actions.includes(action) === true;
  // What a robot is denied it may not, whatever the project gives.
  const named = here === undefined ? [] : [{ ...here, actions: all.actions.filter(isHere) }];
  return { named, hidden: [{ ...all, actions: all.actions.filter((action) => !isHere(action)) }] };
}

function byName({ name: one = '' }: Allowed, { name: other = '' }: Allowed): number {
  return one.localeCompare(other, 'en');
}

function isInProject({ projectId }: StandingGrant): boolean {
  return projectId !== null;
}

function permissionOf(action: AskedAction) {
  return parsePermission(action, false);
}

function allowedBy(
  grants: readonly StandingGrant[],
  { place, now }: Pick<WhoMayQuestion, 'place' | 'now'>,
): Allowed | undefined {
  const [first] = grants;
  if (first === undefined) return undefined;
  // What everybody may is said once.
  const closed = { ...place, project: { ...place.project, public: false } };
  const by = new Set<StandingGrant>();
  const forTags: Partial<Record<AskedAction, readonly string[]>> = {};
  const actions = askedActions.filter((action) => {
    const allows = (held: readonly Grant[]): boolean => can(held, permissionOf(action), closed, now).allowed;
    const denying = grants.filter((grant) => denies(grant, permissionOf(action)));
    const alone = (grant: StandingGrant): boolean => allows([grant, ...denying]);
    const whole = grants.find(
      (grant) => (place.tag !== undefined || grant.tagPattern === null) && alone(grant),
    );
    if (whole !== undefined) {
      by.add(whole);
      return true;
    }
    const some = place.tag === undefined ? grants.filter((grant) => allows([...denying, anyTag(grant)])) : [];
    for (const grant of some) by.add(grant);
    if (some.length > 0) forTags[action] = [...new Set(some.map(({ tagPattern }) => tagPattern ?? ''))];
    return some.length > 0;
  });
  if (actions.length === 0) return undefined;
  const { kind, holder: name, principalId, off, holderEndsAt: endsAt } = first;
  return { kind, name, principalId, actions, forTags, by: [...by], off, endsAt };
}

function anyTag(grant: Grant): Grant {
  return { ...grant, tagPattern: null };
}

function together(rows: readonly Allowed[]): Allowed {
  return {
    kind: 'system',
    count: rows.length,
    actions: askedActions.filter((action) => rows.some(({ actions }) => actions.includes(action))),
    by: [],
  };
}
