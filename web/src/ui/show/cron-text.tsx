import type { ReactNode } from 'react';
import { useLanguage, useTexts } from '../text/language.tsx';
import { sayCron } from '../text/say-cron.ts';
import { uiTexts } from '../text.ts';

interface CronTextProps {
  readonly cron: string | undefined;
  /** Default: UTC. */
  readonly zone?: string | undefined;
}

/** A schedule of six fields, seconds first, in words where there are some. */
export function CronText({ cron, zone = 'UTC' }: CronTextProps): ReactNode {
  const said = useTexts(uiTexts);
  const { language } = useLanguage();
  if (cron === undefined || cron === '') return <span className="muted">{said.none}</span>;
  const words = sayCron(cron, { said, language, zone });
  if (words !== undefined) return <span title={cron}>{words}</span>;
  return (
    <span>
      <code>{cron}</code>
      {zone === 'UTC' ? null : ` ${zone}`}
    </span>
  );
}
