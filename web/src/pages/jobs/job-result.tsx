import { Fragment, type ReactNode } from 'react';
import { Badge, Count, Size, Time } from '../../ui/show/values.tsx';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import type { About } from './job-about.tsx';
import { type ResultRow, resultRows } from './result-rows.ts';
import { resultTexts } from './result-text.ts';
import { jobsTexts } from './text.ts';

interface JobResultProps {
  readonly kind: string;
  readonly result: object | undefined;
  readonly about: About;
}

/** What a job found out, each number with what it counts. */
export function JobResult({ kind, result = {}, about }: JobResultProps): ReactNode {
  const said = useTexts(jobsTexts);
  const names = useTexts(resultTexts);
  const rows = resultRows(kind, result);
  if (rows.length === 0) return null;
  return (
    <section className="card">
      <h2>{said.result}</h2>
      {about.dry_run === true ? <p>{said.dryRunText}</p> : null}
      <dl className="job-result">
        {rows.map((row) => (
          <Fragment key={row.key}>
            <dt title={row.key}>{row.name === undefined ? <code>{row.key}</code> : names[row.name]}</dt>
            <dd className={row.as === 'text' ? undefined : 'end'}>
              <Value row={row} />
            </dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}

function Value({ row: { value, as, isTrouble } }: { readonly row: ResultRow }): ReactNode {
  const { language } = useLanguage();
  if (isTrouble) return <Badge kind="warning">{formatNumber(Number(value), language)}</Badge>;
  switch (as) {
    case 'bytes':
      return <Size bytes={Number(value)} />;
    case 'count':
      return <Count value={Number(value)} />;
    case 'time':
      return <Time at={String(value)} />;
    case 'text':
      return <span lang="en">{typeof value === 'string' ? value : JSON.stringify(value)}</span>;
  }
}
