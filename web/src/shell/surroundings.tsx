import type { ReactNode } from 'react';
import { Failure } from '../api/failure.tsx';
import { useAnswer } from '../api/use-list.ts';
import { Tabs } from '../ui/controls/tabs.tsx';
import { usePlace } from '../ui/navigation/location.ts';
import { type Params, pathOf } from '../ui/navigation/match.ts';
import type { Page, Tab } from '../ui/navigation/page.ts';
import { PageHead } from '../ui/show/page-head.tsx';
import { Badge } from '../ui/show/values.tsx';
import { formatNumber } from '../ui/text/format.ts';
import { useLanguage, useTexts } from '../ui/text/language.tsx';
import { pages } from './all-pages.ts';
import { shellTexts } from './text.ts';

interface SurroundingsProps {
  readonly page: Page;
  readonly params: Params;
  readonly children: ReactNode;
}

/** Around a tab: the head of what it is a tab of, with all its tabs. Other pages have none. */
export function Surroundings({ page, params, children }: SurroundingsProps): ReactNode {
  const { project = '', repository = '' } = params;
  if (page.tab === undefined) return children;
  if (page.tab.of === 'project') return <ProjectHead name={project}>{children}</ProjectHead>;
  return (
    <RepositoryHead project={project} name={repository}>
      {children}
    </RepositoryHead>
  );
}

interface HeadProps {
  readonly name: string;
  readonly children: ReactNode;
}

function ProjectHead({ name, children }: HeadProps): ReactNode {
  const said = useTexts(shellTexts);
  const { language } = useLanguage();
  const { data, error, refetch } = useAnswer('GET /api/berth/v1/projects/{project_name_or_id}/visible', {
    path: { project_name_or_id: name },
  });
  const isPublic = data?.public === true;
  const inPart = data?.whole === false;
  const facts =
    data === undefined ? (
      toCome
    ) : (
      <>
        <Badge kind={isPublic ? 'info' : 'plain'} title={isPublic ? said.publicTitle : said.privateTitle}>
          {isPublic ? said.public : said.private}
        </Badge>
        <span>{said.repositories(formatNumber(data.repository_count ?? 0, language))}</span>
        {inPart ? <span>{said.inPart}</span> : null}
      </>
    );
  return (
    <>
      <PageHead crumbs={[{ to: '/p', label: said.projects }]} title={name} facts={facts} />
      <Below error={data === undefined ? error : null} onAgain={() => void refetch()}>
        <TabsOf kind="project" label={said.projectParts} params={{ project: name }} inPart={inPart} />
        {children}
      </Below>
    </>
  );
}

function RepositoryHead({ project, name, children }: HeadProps & { readonly project: string }): ReactNode {
  const said = useTexts(shellTexts);
  const { language } = useLanguage();
  const { data, error, refetch } = useAnswer(
    'GET /api/v2.0/projects/{project_name}/repositories/{repository_name}',
    { path: { project_name: project, repository_name: name } },
  );
  const crumbs = [
    { to: '/p', label: said.projects },
    { to: pathOf('/p/:project', { project }), label: project },
  ];
  const facts =
    data === undefined ? (
      toCome
    ) : (
      <>
        <span>{said.artifacts(formatNumber(data.artifact_count ?? 0, language))}</span>
        <span>{said.pulls(formatNumber(data.pull_count ?? 0, language))}</span>
      </>
    );
  return (
    <>
      <PageHead crumbs={crumbs} title={name} facts={facts} />
      <Below error={data === undefined ? error : null} onAgain={() => void refetch()}>
        <TabsOf kind="repository" label={said.repositoryParts} params={{ project, repository: name }} />
        {children}
      </Below>
    </>
  );
}

/** As high as what comes in its place. */
const toCome = <span>&nbsp;</span>;

interface BelowProps {
  readonly error: Error | null;
  readonly onAgain: () => void;
  readonly children: ReactNode;
}

/** Asked for together with the head. What cannot be seen has no tabs either. */
function Below({ error, onAgain, children }: BelowProps): ReactNode {
  return error === null ? children : <Failure error={error} onAgain={onAgain} />;
}

type WithTab = Page & { readonly tab: Tab };

function TabsOf(props: {
  readonly kind: Tab['of'];
  readonly label: string;
  readonly params: Params;
  /** Of what it is a tab of, only a part is seen. */
  readonly inPart?: boolean;
}): ReactNode {
  const { language } = useLanguage();
  const { path } = usePlace();
  const tabs = pages
    .filter((page): page is WithTab => page.tab?.of === props.kind)
    .filter(({ tab }) => props.inPart !== true || tab.inPart === true)
    .toSorted((a, b) => a.tab.order - b.tab.order)
    .map((page) => {
      const to = pathOf(page.path, props.params);
      return { to, label: page.tab.label[language], current: path === to };
    });
  return <Tabs label={props.label} tabs={tabs} />;
}
