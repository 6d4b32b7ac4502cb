import { formatAbsolute, formatBytes, timeOf } from '../../ui/text/format.ts';
import type { Both, Language, Said } from '../../ui/text/say.ts';
import type { uiTexts } from '../../ui/text.ts';
import type { AuditEvent } from './audit-event.ts';
import { fieldTexts } from './field-text.ts';
import type { auditTexts } from './text.ts';

export interface ChangedField {
  readonly field: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What differs; of an event without a before, all that it tells. */
export function changedFields({
  before = {},
  after = {},
}: Pick<AuditEvent, 'before' | 'after'>): readonly ChangedField[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((field) => ({ field, before: before[field], after: after[field] }))
    .filter((row) => row.before !== row.after);
}

/** What a field is called; undefined: as in the log. What came back has a number where others have a pattern. */
export function fieldName({ event }: Pick<AuditEvent, 'event'>, field: string): Both<string> | undefined {
  const names: Readonly<Record<string, Both<string>>> = fieldTexts;
  const isCount = field === 'tags' && event?.endsWith('.restored') === true;
  return names[isCount ? 'tagCount' : field];
}

const flags = new Set([
  'delete_tag',
  'delete_untagged',
  'disabled',
  'dryRun',
  'dry_run',
  'enabled',
  'firstPush',
  'public',
  'purge_trash',
  'repair',
  'sparseManifests',
  'untagged',
]);
const sizes = new Set(['bytes', 'capacity', 'freedBytes', 'limitBytes', 'size', 'used', 'waiting']);
const times = new Set(['deletedAt', 'expiresAt', 'until']);

type Words = Pick<Said<typeof uiTexts>, 'yes' | 'no' | 'unlimited'> & Pick<Said<typeof auditTexts>, 'empty'>;

/** A value in words; the log has numbers for flags, sizes and times. */
export function fieldValue(
  { field, text }: { readonly field: string; readonly text: string },
  { said, language }: { readonly said: Words; readonly language: Language },
): string {
  if (text === '') return said.empty;
  if (text === 'true' || (flags.has(field) && text === '1')) return said.yes;
  if (text === 'false' || (flags.has(field) && text === '0')) return said.no;
  if ((sizes.has(field) || field === 'durationDays') && text === '-1') return said.unlimited;
  if (sizes.has(field) && /^\d+$/.test(text)) return formatBytes(Number(text), language);
  const at = times.has(field) ? (/^\d+$/.test(text) ? Number(text) : timeOf(text)) : undefined;
  return at === undefined ? text : formatAbsolute(at, language);
}
