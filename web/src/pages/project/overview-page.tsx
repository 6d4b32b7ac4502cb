import type { ReactNode } from 'react';
import type { Answer, Row } from '../../api/call.ts';
import { Failure, useFailureText } from '../../api/failure.tsx';
import { useCan } from '../../api/use-can.ts';
import { useChange } from '../../api/use-change.ts';
import { useAnswer, useList } from '../../api/use-list.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import type { PageProps } from '../../ui/navigation/page.ts';
import { LongName, Meter, Size, Time } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { formatBytes, formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { People } from './people-card.tsx';
import { projectTexts } from './text.ts';

type Summary = Answer<'GET /api/v2.0/projects/{project_name_or_id}/summary'>;

export function OverviewPage({ params: { project = '' } }: PageProps): ReactNode {
  const path = { project_name_or_id: project };
  const summary = useAnswer('GET /api/v2.0/projects/{project_name_or_id}/summary', { path });
  if (summary.error !== null) return <Failure error={summary.error} onAgain={() => void summary.refetch()} />;
  if (summary.data === undefined) return <Skeleton lines={8} />;
  return (
    <div className="columns">
      <div className="stack">
        <Usage project={project} summary={summary.data} />
        <Largest project={project} />
      </div>
      <div className="stack">
        <Facts project={project} />
        <People project={project} />
      </div>
    </div>
  );
}

/** Harbor's number for no limit. */
const unlimited = -1;

function Usage({ project, summary }: { readonly project: string; readonly summary: Summary }): ReactNode {
  const said = useTexts(projectTexts);
  const { language } = useLanguage();
  const used = summary.quota?.used?.storage ?? 0;
  const hard = summary.quota?.hard?.storage ?? unlimited;
  const forecast = useAnswer(
    'GET /api/berth/v1/projects/{project_name_or_id}/storage/forecast',
    { path: { project_name_or_id: project } },
    { enabled: hard !== unlimited },
  );
  const text = formatBytes(used, language);
  return (
    <section className="card">
      <h2>{said.usage}</h2>
      {hard === unlimited ? (
        <p className="figure-line">{said.usedFreely(text)}</p>
      ) : (
        <>
          <p className="figure-line">{said.used(text, formatBytes(hard, language))}</p>
          <Meter label={said.used(text, formatBytes(hard, language))} value={used} of={hard} />
        </>
      )}
      {forecast.data?.state === 'growing' && forecast.data.days !== undefined ? (
        <p className="meta">{said.forecast(formatNumber(forecast.data.days, language))}</p>
      ) : null}
      {forecast.data?.state === 'not-growing' ? <p className="meta">{said.notGrowing}</p> : null}
    </section>
  );
}

type Used = Row<'GET /api/berth/v1/storage/usage'>;

function Largest({ project }: { readonly project: string }): ReactNode {
  const said = useTexts(projectTexts);
  const { data, error } = useList('GET /api/berth/v1/storage/usage', {
    query: { by: 'repository', project, sort: '-unique', page: 1, page_size: 8 },
  });
  // Who may not see figures sees the rest of the page.
  if (error !== null) return null;
  const columns: readonly Column<Used>[] = [
    {
      id: 'name',
      header: said.name,
      cell: ({ repository = '' }) => {
        const name = repository.slice(project.length + 1);
        return (
          <Link to={pathOf('/p/:project/r/:repository*', { project, repository: name })}>
            <LongName name={name} />
          </Link>
        );
      },
    },
    {
      id: 'unique',
      header: said.unique,
      ordered: 'descending',
      end: true,
      cell: ({ unique }) => <Size bytes={unique} />,
    },
    {
      id: 'shared',
      header: said.shared,
      end: true,
      priority: 2,
      cell: ({ shared }) => <Size bytes={shared} />,
    },
    { id: 'logical', header: said.logical, end: true, cell: ({ logical }) => <Size bytes={logical} /> },
  ];
  return (
    <section className="card">
      <h2>{said.largest}</h2>
      <DataTable
        label={said.largest}
        columns={columns}
        rows={data?.rows}
        keyOf={({ repository }) => repository ?? ''}
        empty={<Empty title={said.notCounted} />}
      />
    </section>
  );
}

function Facts({ project }: { readonly project: string }): ReactNode {
  const said = useTexts(projectTexts);
  const toast = useToast();
  const failureText = useFailureText();
  const can = useCan(project);
  const path = { project_name_or_id: project };
  const { data } = useAnswer('GET /api/v2.0/projects/{project_name_or_id}', { path });
  const change = useChange('PUT /api/v2.0/projects/{project_name_or_id}');
  const isPublic = data?.metadata?.public === 'true';
  const turn = (): void => {
    change.mutate(
      { path, body: { metadata: { public: String(!isPublic) } } },
      {
        onSuccess: () => toast({ text: said.changed }),
        onError: (error) => toast({ kind: 'danger', text: failureText(error) }),
      },
    );
  };
  return (
    <section className="card">
      <h2>{said.facts}</h2>
      <dl className="details">
        <dt>{said.access}</dt>
        <dd className="with-action">
          {isPublic ? said.public : said.private}
          <Button
            small
            busy={change.isPending}
            whyNot={can('project:update') === false ? said.mayNot : undefined}
            onClick={turn}
          >
            {isPublic ? said.makePrivate : said.makePublic}
          </Button>
        </dd>
        <dt>{said.owner}</dt>
        <dd>{data?.owner_name}</dd>
        <dt>{said.created}</dt>
        <dd>
          <Time at={data?.creation_time} />
        </dd>
      </dl>
    </section>
  );
}
