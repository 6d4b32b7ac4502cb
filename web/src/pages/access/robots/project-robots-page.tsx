import type { ReactNode } from 'react';
import { useAnswer } from '../../../api/use-list.ts';
import { Skeleton } from '../../../ui/feedback/skeleton.tsx';
import type { PageProps } from '../../../ui/navigation/page.ts';
import { useTexts } from '../../../ui/text/language.tsx';
import { RobotList } from './robot-list.tsx';
import { robotsTexts } from './text.ts';

/** Robot accounts of a project. */
export function ProjectRobotsPage({ params: { project = '' } }: PageProps): ReactNode {
  const said = useTexts(robotsTexts);
  const { data } = useAnswer('GET /api/v2.0/projects/{project_name_or_id}', {
    path: { project_name_or_id: project },
  });
  const { data: own } = useAnswer('GET /api/berth/v1/me/can', { query: { scope: project } });
  if (data?.project_id === undefined || own === undefined) return <Skeleton lines={8} />;
  const may = own.permissions?.includes('robot:create') === true;
  return <RobotList project={{ id: data.project_id, name: project }} whyNot={may ? undefined : said.needs} />;
}
