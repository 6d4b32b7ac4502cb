import type { Said } from '../../../ui/text/say.ts';
import type { partsTexts } from './text.ts';

type Key = keyof typeof partsTexts;

/** From the strongest to the weakest, as the server writes them. */
export const projectRoles = ['projectAdmin', 'maintainer', 'developer', 'guest', 'limitedGuest'] as const;
export const systemRoles = ['system-admin', 'operator', 'security-officer', 'auditor'] as const;
export const actionSets = ['pull', 'pull,push', 'pull,push,delete', 'read'] as const;

const keys: Readonly<Record<string, Key>> = {
  'system-admin': 'systemAdmin',
  'security-officer': 'securityOfficer',
  ...Object.fromEntries(
    [...projectRoles, 'operator', 'auditor', 'pull', 'push', 'delete', 'read'].map((name) => [name, name]),
  ),
};

/** A role or actions in the words of people; a role of the registry's own has its own name. */
export function roleName(role: string, said: Said<typeof partsTexts>): string {
  const words = role.split(',').map((word) => {
    const key = keys[word];
    const text = key === undefined ? undefined : said[key];
    return typeof text === 'string' ? text : word;
  });
  return words.join(' + ');
}
