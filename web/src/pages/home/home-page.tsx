import type { ReactNode } from 'react';
import type { Row } from '../../api/call.ts';
import { Failure } from '../../api/failure.tsx';
import { useLive } from '../../api/live-updates.tsx';
import { useSession } from '../../api/session.tsx';
import { useAnswer, useList } from '../../api/use-list.ts';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { navigate } from '../../ui/navigation/location.ts';
import { pathOf } from '../../ui/navigation/match.ts';
import { ConnectBox } from '../../ui/show/connect-box.tsx';
import { PageHead } from '../../ui/show/page-head.tsx';
import { Count, LongName, Size, Time } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { recentInput, recentKey, seenInput, seenKey, statisticsKey } from './ahead.ts';
import { RegistryState } from './registry-state.tsx';
import { homeTexts } from './text.ts';

export function HomePage(): ReactNode {
  const said = useTexts(homeTexts);
  const { user, isAdministrator } = useSession();
  const name = user?.username ?? '';
  return (
    <>
      <PageHead
        title={said.greeting(user?.realname === undefined || user.realname === '' ? name : user.realname)}
      />
      {isAdministrator ? <RegistryState /> : null}
      <Figures />
      <div className="columns even">
        <Recent />
        <section className="card">
          <h2>{said.connect}</h2>
          <p>{said.connectText}</p>
          <ConnectBox host={location.host} name="library/hello-world" pushBy={name} />
        </section>
      </div>
    </>
  );
}

function Figures(): ReactNode {
  const said = useTexts(homeTexts);
  const { language } = useLanguage();
  const { data, error } = useAnswer(statisticsKey, {});
  const { data: seen } = useList(seenKey, seenInput);
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return <Skeleton lines={2} />;
  const publicText = (count = 0): string => said.publicOf(formatNumber(count, language));
  return (
    <div className="figures">
      <Link to="/p" className="figure">
        <span className="figure-name">{said.projects}</span>
        <Count value={seen?.total} />
        <span className="meta">{publicText(data.public_project_count)}</span>
      </Link>
      <div className="figure">
        <span className="figure-name">{said.repositories}</span>
        <Count value={(data.private_repo_count ?? 0) + (data.public_repo_count ?? 0)} />
        <span className="meta">{publicText(data.public_repo_count)}</span>
      </div>
      {/* Who may not know it is told 0 of all that there is. */}
      {(data.total_project_count ?? 0) === 0 ? null : (
        <div className="figure">
          <span className="figure-name">{said.used}</span>
          <Size bytes={data.total_storage_consumption} />
        </div>
      )}
    </div>
  );
}

type Repository = Row<typeof recentKey>;

function Recent(): ReactNode {
  const said = useTexts(homeTexts);
  const { data, error } = useList(recentKey, recentInput);
  // The tag of the first push is what somebody waits for here.
  const waiting = data?.total === 0;
  useLive(({ event, object = '', after }) => {
    const [, project, repository] = /^([^/]+)\/([^:@]+)@/.exec(object) ?? [];
    const tag = after?.['tag'];
    if (!waiting || event !== 'artifact.pushed' || tag === undefined) return;
    if (project === undefined || repository === undefined) return;
    navigate(pathOf('/p/:project/r/:repository*/-/t/:tag', { project, repository, tag }));
  });
  const columns: readonly Column<Repository>[] = [
    {
      id: 'name',
      header: said.name,
      cell: ({ name = '' }) => (
        <Link to={repositoryPath(name)} className="strong">
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
    {
      id: 'updated',
      header: said.updated,
      ordered: 'descending',
      cell: ({ update_time: at }) => <Time at={at} />,
    },
  ];
  return (
    <section className="card">
      <h2>{said.recent}</h2>
      {error === null ? (
        <DataTable
          label={said.recent}
          columns={columns}
          rows={data?.rows}
          keyOf={({ name }) => name ?? ''}
          empty={
            <Empty title={said.noneYet}>
              <p className="waiting">{said.waiting}</p>
            </Empty>
          }
        />
      ) : (
        <Failure error={error} />
      )}
    </section>
  );
}

/** The server names a repository with its project. */
function repositoryPath(name: string): string {
  const slash = name.indexOf('/');
  return pathOf('/p/:project/r/:repository*', {
    project: name.slice(0, slash),
    repository: name.slice(slash + 1),
  });
}
