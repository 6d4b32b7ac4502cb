import { type ReactNode, useState } from 'react';
import type { Answer } from '../../api/call.ts';
import { formatBytes, formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { clockTime, firstSeen, paceOf, type Seen } from './pace.ts';
import { jobsTexts } from './text.ts';

/** What a job did by its size, and while it runs how fast it is and how long it will take, where that is known. */
export function JobPace({ job }: { readonly job: Answer<'GET /api/berth/v1/jobs/{job_id}'> }): ReactNode {
  const said = useTexts(jobsTexts);
  const { language } = useLanguage();
  const [first, setFirst] = useState<Seen>();
  const from = firstSeen(first, job);
  if (from?.atMs !== first?.atMs || from?.unit !== first?.unit) setFirst(from);
  const pace = paceOf(job, from);
  const bytes = job.progress?.bytes;
  const size = (amount = 0): string => formatBytes(amount, language);
  const count = (amount: number): string =>
    formatNumber(amount < 10 ? Math.round(amount * 10) / 10 : Math.round(amount), language);
  const parts: string[] = [];
  if (bytes !== undefined) parts.push(said.sizeOf(size(bytes.done), size(bytes.total)));
  if (pace !== undefined) {
    const amount = bytes === undefined ? count(pace.perSecond) : size(Math.round(pace.perSecond));
    parts.push(said.perSecond(amount), said.timeLeft(clockTime(pace.secondsLeft)));
  }
  return parts.length === 0 ? null : <div className="job-pace">{parts.join(' · ')}</div>;
}
