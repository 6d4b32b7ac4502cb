import { type ReactNode, useState } from 'react';
import { Failure } from '../../../api/failure.tsx';
import { useList } from '../../../api/use-list.ts';
import { TextField } from '../../../ui/controls/field.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { Link } from '../../../ui/navigation/link.tsx';
import { pathOf } from '../../../ui/navigation/match.ts';
import { LongName } from '../../../ui/show/values.tsx';
import { DataTable } from '../../../ui/table/data-table.tsx';
import { formatNumber } from '../../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../../ui/text/language.tsx';
import { robotsTexts } from './text.ts';

const shown = 10;

/** The way from the robots of the system to those of a project, of which each has a list. */
export function RobotsOfProjects(): ReactNode {
  const said = useTexts(robotsTexts);
  const { language } = useLanguage();
  const [part, setPart] = useState('');
  const { data, error, refetch } = useList('GET /api/berth/v1/projects', {
    query: { page_size: shown, sort: 'name', name: part.trim() },
  });
  const more = (data?.total ?? 0) - shown;
  return (
    <section className="card stack">
      <h2>{said.ofProjects}</h2>
      <TextField label={said.filterProjects} value={part} onValue={setPart} autoComplete="off" />
      {error === null ? (
        <DataTable
          label={said.ofProjects}
          columns={[
            {
              id: 'project',
              header: said.project,
              cell: ({ name = '' }) => (
                <Link to={pathOf('/p/:project/robots', { project: name })}>
                  <LongName name={name} />
                </Link>
              ),
            },
          ]}
          rows={data?.rows}
          keyOf={({ name = '' }) => name}
          empty={<Empty title={said.noProject}>{said.noProjectText}</Empty>}
        />
      ) : (
        <Failure error={error} onAgain={() => void refetch()} />
      )}
      {more > 0 ? <p className="muted">{said.moreProjects(formatNumber(more, language))}</p> : null}
    </section>
  );
}
