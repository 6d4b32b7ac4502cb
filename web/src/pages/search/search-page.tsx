import type { ReactNode } from 'react';
import type { Answer } from '../../api/call.ts';
import { Failure } from '../../api/failure.tsx';
import { useAnswer } from '../../api/use-list.ts';
import { LinkButton } from '../../ui/controls/button.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import { useSearchState } from '../../ui/navigation/use-search-state.ts';
import { PageHead } from '../../ui/show/page-head.tsx';
import { Badge, Count, LongName } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { plainName } from './plain-name.ts';
import { searchTexts } from './text.ts';

type Found = Answer<'GET /api/v2.0/search'>;
type Project = NonNullable<Found['project']>[number];
type Repository = NonNullable<Found['repository']>[number];

const defaults = { q: '' };

export function SearchPage(): ReactNode {
  const said = useTexts(searchTexts);
  const [{ q }] = useSearchState(defaults);
  const words = q.trim();
  const { data, error, refetch } = useAnswer(
    'GET /api/v2.0/search',
    { query: { q: words } },
    { enabled: words !== '' },
  );
  if (words === '')
    return (
      <>
        <PageHead title={said.title} />
        <Empty title={said.begin}>{said.beginText}</Empty>
      </>
    );
  return (
    <>
      <PageHead title={said.title} facts={said.found(words)} />
      {error !== null ? (
        <Failure error={error} onAgain={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton lines={8} />
      ) : (
        <Results found={data} words={words} />
      )}
    </>
  );
}

function Results({ found, words }: { readonly found: Found; readonly words: string }): ReactNode {
  const said = useTexts(searchTexts);
  const { language } = useLanguage();
  const { project: projects = [], repository: repositories = [] } = found;
  const plain = plainName(words);
  if (projects.length === 0 && repositories.length === 0)
    return (
      <Empty
        title={said.nothing(words)}
        action={
          plain === words || plain === '' ? (
            <LinkButton to="/p">{said.toProjects}</LinkButton>
          ) : (
            <LinkButton look="primary" to={`/search?q=${encodeURIComponent(plain)}`}>
              {said.without(plain)}
            </LinkButton>
          )
        }
      >
        {said.nothingText}
      </Empty>
    );
  return (
    <div className="columns">
      <section className="card">
        <h2>
          {said.repositories} <span className="count">{formatNumber(repositories.length, language)}</span>
        </h2>
        <Repositories rows={repositories} />
      </section>
      <section className="card">
        <h2>
          {said.projects} <span className="count">{formatNumber(projects.length, language)}</span>
        </h2>
        <Projects rows={projects} />
      </section>
    </div>
  );
}

function Projects({ rows }: { readonly rows: readonly Project[] }): ReactNode {
  const said = useTexts(searchTexts);
  const columns: readonly Column<Project>[] = [
    {
      id: 'name',
      header: said.name,
      cell: ({ name = '' }) => (
        <Link to={pathOf('/p/:project', { project: name })} className="strong">
          <LongName name={name} />
        </Link>
      ),
    },
    {
      id: 'access',
      header: said.access,
      cell: ({ metadata }) => {
        const isPublic = metadata?.public === 'true';
        return <Badge kind={isPublic ? 'info' : 'plain'}>{isPublic ? said.public : said.private}</Badge>;
      },
    },
    {
      id: 'repositories',
      header: said.repositories,
      end: true,
      cell: ({ repo_count: count }) => <Count value={count} />,
    },
  ];
  return (
    <DataTable
      label={said.projects}
      columns={columns}
      rows={rows}
      keyOf={({ name }) => name ?? ''}
      empty={<p className="muted">{said.noProject}</p>}
    />
  );
}

function Repositories({ rows }: { readonly rows: readonly Repository[] }): ReactNode {
  const said = useTexts(searchTexts);
  const columns: readonly Column<Repository>[] = [
    {
      id: 'name',
      header: said.name,
      cell: ({ repository_name: name = '', project_name: project = '' }) => (
        <Link
          to={pathOf('/p/:project/r/:repository*', { project, repository: name.slice(project.length + 1) })}
          className="strong"
        >
          <LongName name={name} />
        </Link>
      ),
    },
    {
      id: 'artifacts',
      header: said.artifacts,
      end: true,
      cell: ({ artifact_count: count }) => <Count value={count} />,
    },
    { id: 'pulls', header: said.pulls, end: true, cell: ({ pull_count: count }) => <Count value={count} /> },
  ];
  return (
    <DataTable
      label={said.repositories}
      columns={columns}
      rows={rows}
      keyOf={({ repository_name: name }) => name ?? ''}
      empty={<p className="muted">{said.noRepository}</p>}
    />
  );
}
