import { type Permission, permissions } from './roles.ts';

/** What somebody may be given, or a token limited to, without a role: each brings what clients need for it. */
export const actions = ['pull', 'push', 'delete', 'read'] as const;
export type Action = (typeof actions)[number];

const pull: readonly Permission[] = [
  'repository:pull',
  'repository:read',
  'repository:list',
  'artifact:read',
  'artifact:list',
  'artifact-addition:read',
  'accessory:list',
  'tag:list',
];

export const permissionsOfAction: Readonly<Record<Action, readonly Permission[]>> = {
  pull,
  push: [
    ...pull,
    'repository:push',
    'repository:create',
    'artifact:create',
    'tag:create',
    'artifact-label:create',
    'artifact-label:delete',
  ],
  delete: ['repository:delete', 'artifact:delete', 'tag:delete'],
  read: permissions.filter((permission) => /:(?:read|list)$/.test(permission)),
};

const setsOf: Readonly<Record<Action, ReadonlySet<Permission>>> = {
  pull: new Set(permissionsOfAction.pull),
  push: new Set(permissionsOfAction.push),
  delete: new Set(permissionsOfAction.delete),
  read: new Set(permissionsOfAction.read),
};

export function isAction(text: string): text is Action {
  return Object.hasOwn(permissionsOfAction, text);
}

/** How actions stand in the `role` of a grant: `pull,delete`, each once, in one order. */
export function actionsText(given: readonly Action[]): string {
  return actions.filter((action) => given.includes(action)).join(',');
}

/** Undefined for the name of a role. */
export function parseActions(role: string): readonly Action[] | undefined {
  const words = role.split(',');
  return words.every(isAction) ? words : undefined;
}

export function actionsAllow(role: string, permission: Permission): boolean {
  return parseActions(role)?.some((action) => setsOf[action].has(permission)) === true;
}

/** The action that is enough and brings the least; undefined: no action is about that. */
export function weakestActionFor(permission: Permission): Action | undefined {
  return actions
    .filter((action) => setsOf[action].has(permission))
    .toSorted((one, other) => setsOf[one].size - setsOf[other].size)[0];
}
