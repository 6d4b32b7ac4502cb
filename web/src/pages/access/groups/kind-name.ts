import type { Said } from '../../../ui/text/say.ts';
import type { groupsTexts } from './text.ts';

/** Harbor's numbers. */
export function kindName(type: number | undefined, said: Said<typeof groupsTexts>): string {
  return { 1: said.ldap, 2: said.http, 3: said.oidc }[type ?? 0] ?? said.local;
}
