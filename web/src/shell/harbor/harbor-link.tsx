import { type ReactNode, useEffect } from 'react';
import { Failure } from '../../api/failure.tsx';
import { useAnswer } from '../../api/use-list.ts';
import { LinkButton } from '../../ui/controls/button.tsx';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { navigate } from '../../ui/navigation/location.ts';
import { PageHead } from '../../ui/show/page-head.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { addressOfHarborPage, type HarborPage } from './find-harbor-page.ts';
import { harborTexts } from './text.ts';

/** Bookmarks of Harbor's portal go on; who may not see the project is told so as everywhere. */
export function HarborLink({ page }: { readonly page: HarborPage }): ReactNode {
  const said = useTexts(harborTexts);
  const { projectId, pattern, about } = page;
  const { data, error, refetch } = useAnswer(
    'GET /api/v2.0/projects/{project_name_or_id}',
    { path: { project_name_or_id: projectId ?? '' } },
    { enabled: projectId !== undefined && pattern !== undefined },
  );
  const name = projectId === undefined ? '' : data?.name;
  const to = name === undefined ? undefined : addressOfHarborPage(page, name);
  useEffect(() => {
    if (to !== undefined) navigate(to, 'replace');
  }, [to]);
  if (pattern === undefined)
    return (
      <>
        <PageHead title={said.title} facts={about === undefined ? undefined : said.text(said[about])} />
        <LinkButton to="/">{said.toHome}</LinkButton>
      </>
    );
  if (error !== null) return <Failure error={error} onAgain={() => void refetch()} />;
  return <Skeleton lines={8} />;
}
