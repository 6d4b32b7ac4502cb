import type { ReactNode } from 'react';
import { Failure } from '../../api/failure.tsx';
import { useAnswer } from '../../api/use-list.ts';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { formatBytes, formatNumber, localeOf } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { storageTexts } from './text.ts';

/** When the disk would be full. */
export function Forecast(): ReactNode {
  const said = useTexts(storageTexts);
  const { language } = useLanguage();
  const { data, error } = useAnswer('GET /api/berth/v1/storage/forecast', {});
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return <Skeleton lines={4} />;
  const { state, days = 0, free, bytes_per_day: perDay = 0, full_on: fullOn } = data;
  const day = (text: string): string =>
    new Date(text).toLocaleDateString(localeOf(language), { dateStyle: 'long', timeZone: 'UTC' });
  const sentence = {
    growing: fullOn === undefined ? said.neverFull : said.fullOn(day(fullOn)),
    'not-growing': said.notGrowing,
    'not-enough-data': said.notEnough,
  }[state ?? 'not-enough-data'];
  return (
    <section className="card">
      <h2>{said.forecast}</h2>
      <p className="storage-forecast">{sentence}</p>
      <ul>
        {state === 'growing' ? <li>{said.growing(formatBytes(perDay, language))}</li> : null}
        {state === 'not-enough-data' ? <li>{said.days(formatNumber(days, language))}</li> : null}
        {free === undefined ? null : <li>{said.free(formatBytes(free, language))}</li>}
      </ul>
    </section>
  );
}
