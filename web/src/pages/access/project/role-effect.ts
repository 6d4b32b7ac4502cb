import type { Said } from '../../../ui/text/say.ts';
import type { roleEffectTexts } from './role-effect-text.ts';

type Key = keyof typeof roleEffectTexts;

const keys: Readonly<Record<string, Key>> = {
  pull: 'pull',
  'pull,push': 'push',
  'pull,push,delete': 'remove',
  read: 'read',
  limitedGuest: 'limitedGuest',
  guest: 'guest',
  developer: 'developer',
  maintainer: 'maintainer',
  projectAdmin: 'projectAdmin',
};

interface Chosen {
  readonly role: string;
  readonly onSome: boolean;
  /** How many permissions a role of the registry's own has. */
  readonly permissions: number | undefined;
}

/** What somebody may who is given it; undefined: it is not known here. */
export function roleEffect(
  { role, onSome, permissions }: Chosen,
  said: Said<typeof roleEffectTexts>,
): string | undefined {
  const key = Object.hasOwn(keys, role) ? keys[role] : undefined;
  const text = key === undefined ? undefined : said[key];
  const words =
    typeof text === 'string' ? text : permissions === undefined ? undefined : said.own(permissions);
  if (words === undefined || !onSome || role.startsWith('pull')) return words;
  return `${words} ${said.contentOnly}`;
}
