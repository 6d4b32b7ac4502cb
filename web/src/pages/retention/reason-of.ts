import type { Answer } from '../../api/call.ts';
import type { Said } from '../../ui/text/say.ts';
import { templates } from './policy.ts';
import type { retentionTexts } from './text.ts';

type Preview = Answer<'POST /api/berth/v1/projects/{project_name_or_id}/retention/preview'>;
export type Decision = NonNullable<Preview['decisions']>[number];

/** Also those that the form no longer offers. */
const allTemplates = [...templates, 'latestActiveK', 'lastXDays'] as const;

/** Why it goes or stays, in the reader's words; undefined: a reason that this console does not know. */
export function reasonOf(
  { because }: Pick<Decision, 'because'>,
  said: Said<typeof retentionTexts>,
): string | undefined {
  const { kind, rule = 0, template = '', rules = [], tag = '', cluster = '', days = 0 } = because ?? {};
  switch (kind) {
    case 'rule':
      return said.keptByRule(numberOf(rule), templateText(template, said));
    case 'no-rule':
      return said.keptByNone(rules.map(numberOf).join(', '));
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

function templateText(template: string, said: Said<typeof retentionTexts>): string {
  const known = allTemplates.find((each) => each === template);
  return known === undefined ? template : said[known];
}

/** As the page numbers the rules; the API counts their places from 0. */
function numberOf(place: number): string {
  return String(place + 1);
}
