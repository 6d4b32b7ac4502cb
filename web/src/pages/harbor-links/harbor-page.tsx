import { type ReactNode, useEffect } from 'react';
import { Failure } from '../../api/failure.tsx';
import { useAnswer } from '../../api/use-list.ts';
import { LinkButton } from '../../ui/controls/button.tsx';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { navigate, usePlace } from '../../ui/navigation/location.ts';
import { PageHead } from '../../ui/show/page-head.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { fromHarbor } from './from-harbor.ts';
import { harborTexts } from './text.ts';

/** Leads on; whether its reader may see the page there is that page's matter. */
export function HarborPage(): ReactNode {
  const said = useTexts(harborTexts);
  const { path } = usePlace();
  const target = fromHarbor(path);
  const project = target !== undefined && 'project' in target ? target.project : undefined;
  const { data, error } = useAnswer(
    'GET /api/v2.0/projects/{project_name_or_id}',
    { path: { project_name_or_id: project ?? '' } },
    { enabled: project !== undefined },
  );
  const name = data?.name;
  const to =
    target === undefined || 'to' in target ? target?.to : name === undefined ? undefined : target.path(name);
  useEffect(() => {
    if (to !== undefined) navigate(to, 'replace');
  }, [to]);
  if (error !== null) return <Failure error={error} />;
  if (target !== undefined) return <Skeleton lines={4} />;
  return (
    <>
      <PageHead title={said.unknown} />
      <LinkButton to="/p">{said.toProjects}</LinkButton>
    </>
  );
}
