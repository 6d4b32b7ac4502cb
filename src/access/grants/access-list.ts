/** One line of what a robot may do: an action on a resource, in Harbor's words. */
export interface Access {
  readonly resource: string;
  readonly action: string;
  /** As it was given: `allow`, `deny`, or empty for `allow`. */
  readonly effect: '' | 'allow' | 'deny';
}

/** How a list lies in a grant: `repository:pull label:read=allow repository:push=deny`, in the order of its lines. */
export function formatAccessList(lines: readonly Access[]): string {
  return lines
    .map(({ resource, action, effect }) => `${resource}:${action}${effect === '' ? '' : `=${effect}`}`)
    .join(' ');
}

export function parseAccessList(text: string): Access[] {
  return text.split(' ').map((line) => {
    const [permission = '', effect = ''] = line.split('=');
    const colon = permission.indexOf(':');
    return {
      resource: permission.slice(0, colon),
      action: permission.slice(colon + 1),
      effect: effect === 'allow' || effect === 'deny' ? effect : '',
    };
  });
}

/** Whether a list allows that; what it denies elsewhere is another question. */
export function listAllows(text: string, permission: string): boolean {
  const lines = text.split(' ');
  return lines.includes(permission) || lines.includes(`${permission}=allow`);
}

export function listDenies(text: string, permission: string): boolean {
  return text.split(' ').includes(`${permission}=deny`);
}

/** Whether a list allows anything: one that only denies shows nobody that something exists. */
export function listAllowsSomething(text: string): boolean {
  return text.split(' ').some((line) => !line.endsWith('=deny'));
}

/** In front of the list of a role that is about the system and not about projects; no permission is called so. */
export const systemMark = '@system ';

/**
 * What a list of a robot is about; it stands in the `role` of its grants, with its place among the robot's lists.
 * `own`: the project that the robot belongs to.
 */
export type BlockKind = 'system' | 'project' | 'own';

export function blockRole(kind: BlockKind, index: number): string {
  return `robot-${kind}:${index}`;
}

/** Undefined for the role of somebody else. */
export function parseBlockRole(role: string): { kind: BlockKind; index: number } | undefined {
  const [, kind, index] = /^robot-(system|project|own):(\d+)$/.exec(role) ?? [];
  return kind === undefined ? undefined : { kind: kind as BlockKind, index: Number(index) };
}
