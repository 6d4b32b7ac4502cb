import { pathOf } from '../../../ui/navigation/match.ts';

interface Ends {
  readonly kind?: string;
  readonly name?: string;
  readonly holder?: string;
  readonly where?: string;
}

interface Asker {
  readonly username: string;
  readonly isAdministrator: boolean;
}

/** The page on which it gets another end, of those that who asks may open; undefined: none, as for a certificate. */
export function placeOf({ kind, name = '', holder = '', where }: Ends, asker: Asker): string | undefined {
  const [project = ''] = (where ?? '').split('/');
  const filter = (text: string): string => `?q=${encodeURIComponent(text)}`;
  if (kind === 'robot')
    return where === undefined
      ? `/access/robots${filter(name)}`
      : `${pathOf('/p/:project/robots', { project })}${filter(name)}`;
  if (kind === 'grant')
    return where === undefined
      ? '/access/roles'
      : `${pathOf('/p/:project/access', { project })}${filter(holder)}`;
  if (kind !== 'token') return undefined;
  if (holder === asker.username) return '/me';
  return asker.isAdministrator ? pathOf('/access/people/:user', { user: holder }) : undefined;
}
