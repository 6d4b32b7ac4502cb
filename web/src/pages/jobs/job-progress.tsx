import type { ReactNode } from 'react';
import type { Row } from '../../api/call.ts';
import { outcomeOf } from '../../ui/show/rest-of.ts';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { jobsTexts } from './text.ts';

export type Job = Row<'GET /api/berth/v1/jobs'>;

const units = [
  'artifacts',
  'artifacts looked at',
  'blobs',
  'blobs and manifests',
  'blobs looked at',
  'objects',
  'periods',
  'projects',
  'repositories',
  'things',
  'things in the trash',
] as const;
const isKnown = (unit: string): unit is (typeof units)[number] => units.some((each) => each === unit);

/** How much is done, where the job tells it. */
export function JobProgress({ job: { progress, result } }: { readonly job: Job }): ReactNode {
  const said = useTexts(jobsTexts);
  const { language } = useLanguage();
  const { done = 0, total = 0, unit = '' } = progress ?? {};
  const { ended, stayed } = outcomeOf(result);
  if (stayed > 0)
    return (
      <span className="number">
        {said.doneStayed(formatNumber(ended, language), formatNumber(stayed, language))}
      </span>
    );
  if (total <= 0) return <span className="muted">–</span>;
  const unitText = isKnown(unit) ? said[unit] : unit;
  const text = said.doneOf(formatNumber(done, language), formatNumber(total, language), unitText);
  return (
    <span className="job-progress">
      <progress value={done} max={total} aria-label={text} />
      <span className="number">{text}</span>
    </span>
  );
}
