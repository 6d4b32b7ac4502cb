import type { Said, Texts } from '../../ui/text/say.ts';

export const roleTexts = {
  pull: { en: 'pull', zh: '拉取' },
  push: { en: 'push', zh: '推送' },
  delete: { en: 'delete', zh: '删除' },
  read: { en: 'read', zh: '查看' },
  projectAdmin: { en: 'Project Admin', zh: '项目管理员' },
  maintainer: { en: 'Maintainer', zh: '维护人员' },
  developer: { en: 'Developer', zh: '开发者' },
  guest: { en: 'Guest', zh: '访客' },
  limitedGuest: { en: 'Limited Guest', zh: '受限访客' },
  everywhere: { en: 'the whole registry', zh: '整个系统' },
} as const satisfies Texts;

const roleWords = [
  'pull',
  'push',
  'delete',
  'read',
  'projectAdmin',
  'maintainer',
  'developer',
  'guest',
  'limitedGuest',
] as const;

/** A role or actions in words; an own role has its own name. */
export function roleInWords(role: string, said: Said<typeof roleTexts>): string {
  const words = role.split(',').map((word) => {
    const known = roleWords.find((each) => each === word);
    return known === undefined ? word : said[known];
  });
  return words.join(' + ');
}

interface Ending {
  readonly kind?: string;
  readonly name?: string;
  readonly holder?: string;
  readonly where?: string;
}

/** What ends, and whose it is and where: a right alone says neither. */
export function endingInWords(
  { kind, name = '', holder, where }: Ending,
  said: Said<typeof roleTexts>,
): readonly string[] {
  const parts =
    kind === 'grant'
      ? [holder, roleInWords(name, said), where ?? said.everywhere]
      : kind === 'token'
        ? [holder, name]
        : [name];
  return parts.flatMap((part) => (part === undefined || part === '' ? [] : [part]));
}
