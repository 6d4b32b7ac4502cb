import type { Language, Said } from '../../../ui/text/say.ts';
import { actionPhrase } from '../explain/action-phrase.ts';
import { presets, type Robot } from './rights.ts';
import type { robotsTexts } from './text.ts';

const mostNamed = 2;

/** All that a robot account may, as permissions; what it is denied has `!` before it. */
export function rightsOfRobot({ permissions = [] }: Pick<Robot, 'permissions'>): ReadonlySet<string> {
  return new Set(
    permissions.flatMap(({ access = [] }) =>
      access.map(({ resource, action, effect }) => `${effect === 'deny' ? '!' : ''}${resource}:${action}`),
    ),
  );
}

/** One or two rights are named, with where; what the form calls something, too; of more it is the number. */
export function rightsInWords(
  robot: Pick<Robot, 'permissions'>,
  language: Language,
  said: Said<typeof robotsTexts>,
): string {
  const rights = rightsOfRobot(robot);
  const phrases = phrasesOf(robot, language, said);
  const denies = [...rights].some((right) => right.startsWith('!'));
  if (!denies && phrases.length > 0 && phrases.length <= mostNamed)
    return phrases.join(language === 'zh' ? '、' : ', ');
  const preset = (['pull', 'push', 'remove'] as const).find(
    (each) => presets[each].length === rights.size && presets[each].every((right) => rights.has(right)),
  );
  return preset === undefined ? said.rightCount(rights.size) : said[preset];
}

function phrasesOf(
  { permissions = [] }: Pick<Robot, 'permissions'>,
  language: Language,
  said: Said<typeof robotsTexts>,
): readonly string[] {
  const all = permissions.flatMap(({ kind, namespace = '', access = [], repositories = [] }) => {
    const project = namespace === '*' ? said.everyProject : namespace;
    const inPart = repositories.map((each) => `${project}/${each}`);
    const places = kind === 'system' ? ['system'] : inPart.length === 0 ? [project] : inPart;
    return places.flatMap((where) =>
      access.map(({ resource = '', action = '' }) => actionPhrase(`${resource}:${action}`, where, language)),
    );
  });
  return [...new Set(all)];
}
