import type { Answer } from '../../api/call.ts';
import { formatNumber } from '../../ui/text/format.ts';
import { type Language, type Said, say } from '../../ui/text/say.ts';
import { keptTexts } from './kept-text.ts';
import type { retentionTexts } from './text.ts';

type Preview = Answer<'POST /api/berth/v1/projects/{project_name_or_id}/retention/preview'>;
export type Decision = NonNullable<Preview['decisions']>[number];

/** Why it goes or stays, in the reader's words; undefined: a reason that this console does not know. */
export function reasonOf(
  { because }: Pick<Decision, 'because'>,
  said: Said<typeof retentionTexts>,
  language: Language,
): string | undefined {
  const {
    kind,
    rule = 0,
    template = '',
    number = 0,
    rules = [],
    tag = '',
    cluster = '',
    days = 0,
  } = because ?? {};
  switch (kind) {
    case 'rule':
      return said.keptByRule(numberOf(rule), keptBy(template, formatNumber(number, language), language));
    case 'no-rule':
      return (rules.length === 1 ? said.keptByNone : said.keptByNoneOf)(
        rules.map(numberOf).join(language === 'zh' ? '、' : ', '),
      );
    case 'not-covered':
      return said.notCovered;
    case 'immutable':
      return said.immutableTag(tag);
    case 'protected':
      return said.protectedTag(tag);
    case 'in-use':
      return said.inUse(cluster);
    case 'in-use-ended':
      return said.inUseEnded(cluster);
    case 'pulled':
      return said.pulledWithin(String(days));
    case 'in-index':
      return said.inIndex;
    case 'untagged':
      return said.nothingToTake;
    default:
      return undefined;
  }
}

function keptBy(template: string, number: string, language: Language): string {
  const said = say(keptTexts, language);
  if (!Object.hasOwn(said, template)) return template;
  const text = said[template as keyof typeof said];
  return typeof text === 'string' ? text : text(number);
}

/** As the page numbers the rules; the API counts their places from 0. */
function numberOf(place: number): string {
  return String(place + 1);
}
