import { type ReactNode, useState } from 'react';
import type { Answer } from '../../api/call.ts';
import { formatBytes, formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { clockTime, firstSeen, paceOf, type Seen } from './pace.ts';
import { jobsTexts } from './text.ts';

/** How fast a job is that runs, and how long it will take; nothing where that cannot be told. */
export function JobPace({ job }: { readonly job: Answer<'GET /api/berth/v1/jobs/{job_id}'> }): ReactNode {
  const said = useTexts(jobsTexts);
  const { language } = useLanguage();
  const [first, setFirst] = useState<Seen>();
  const from = firstSeen(first, job);
  if (from?.atMs !== first?.atMs || from?.unit !== first?.unit) setFirst(from);
  const pace = paceOf(job, from);
  if (pace === undefined) return null;
  const { perSecond, secondsLeft } = pace;
  const amount =
    job.progress?.bytes === undefined
      ? formatNumber(perSecond < 10 ? Math.round(perSecond * 10) / 10 : Math.round(perSecond), language)
      : formatBytes(Math.round(perSecond), language);
  return (
    <div className="job-pace">
      {said.perSecond(amount)} · {said.timeLeft(clockTime(secondsLeft))}
    </div>
  );
}
