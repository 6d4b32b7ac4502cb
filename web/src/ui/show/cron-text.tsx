import type { ReactNode } from 'react';
import { useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';

/** A schedule of six fields, seconds first: by its name where it has one. */
export function CronText({ cron }: { readonly cron: string | undefined }): ReactNode {
  const said = useTexts(uiTexts);
  if (cron === undefined || cron === '') return <span className="muted">{said.none}</span>;
  const names: Readonly<Record<string, string>> = {
    '0 0 * * * *': said.hourly,
    '0 0 0 * * *': said.daily,
    '0 0 0 * * 0': said.weekly,
  };
  const [, minute = '', hour = '', day, month, weekday] = cron.split(' ');
  const everyDay = day === '*' && month === '*' && weekday === '*';
  const clock = /^\d+$/.test(minute) && /^\d+$/.test(hour) && everyDay;
  const name =
    names[cron] ?? (clock ? said.dailyAt(`${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`) : undefined);
  if (name === undefined) return <code>{cron}</code>;
  return <span title={cron}>{name}</span>;
}
