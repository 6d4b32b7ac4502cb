import type { ReactNode } from 'react';
import { useList } from '../../../api/use-list.ts';
import { Link } from '../../../ui/navigation/link.tsx';
import { pathOf } from '../../../ui/navigation/match.ts';
import { DataTable } from '../../../ui/table/data-table.tsx';
import { formatNumber } from '../../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../../ui/text/language.tsx';
import { useGrantColumns } from '../parts/grant-columns.tsx';
import { whoMayTexts } from './text.ts';

const most = 100;

/** What was given on repositories or tags of a project: who has only that may not do it with the whole of it. */
export function GrantsInPart({ project }: { readonly project: string }): ReactNode {
  const said = useTexts(whoMayTexts);
  const { language } = useLanguage();
  const { data } = useList('GET /api/berth/v1/grants', { query: { project, page: 1, page_size: most } });
  const { who, rest } = useGrantColumns(project);
  const rows = data?.rows.filter(({ where, tag }) => where !== project || tag !== undefined) ?? [];
  if (data === undefined || (rows.length === 0 && data.total <= most)) return null;
  return (
    <section className="card stack" aria-labelledby="in-part">
      <h2 id="in-part">{said.inPart}</h2>
      <p>{said.inPartText}</p>
      <DataTable
        label={said.inPart}
        columns={[...who, ...rest.filter(({ id }) => id !== 'since')]}
        rows={rows}
        keyOf={({ id }) => String(id)}
        empty={null}
      />
      {data.total <= most ? null : (
        <p>
          <Link to={pathOf('/p/:project/access', { project })}>
            {said.inPartMore(formatNumber(data.total, language))}
          </Link>
        </p>
      )}
    </section>
  );
}
