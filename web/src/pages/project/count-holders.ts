import type { Row } from '../../api/call.ts';

type Grant = Row<'GET /api/berth/v1/grants'>;

/** As many as a page of the server has at most. */
export const mostGrants = 100;

interface RoleCount {
  readonly role: string;
  readonly people: number;
  readonly groups: number;
}

const strongest = ['projectAdmin', 'maintainer', 'developer', 'guest', 'limitedGuest'];

/** Roles in the whole project, the strongest first and own ones behind, with who holds them; robot accounts have their own list. */
export function countHolders(
  grants: readonly Grant[],
  project: string,
): { readonly roles: readonly RoleCount[]; readonly inPart: number } {
  const counts = new Map<string, RoleCount>();
  let inPart = 0;
  for (const { who = '', role = '', where, tag } of grants) {
    if (who.startsWith('robot:')) continue;
    if (where !== project || tag !== undefined) {
      inPart += 1;
      continue;
    }
    const isGroup = who.startsWith('group:');
    const { people, groups } = counts.get(role) ?? { people: 0, groups: 0 };
    counts.set(role, { role, people: people + (isGroup ? 0 : 1), groups: groups + (isGroup ? 1 : 0) });
  }
  const place = ({ role }: RoleCount): number => {
    const at = strongest.indexOf(role);
    return at < 0 ? strongest.length : at;
  };
  return { roles: [...counts.values()].toSorted((one, other) => place(one) - place(other)), inPart };
}
