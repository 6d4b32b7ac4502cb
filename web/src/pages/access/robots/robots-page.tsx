import type { ReactNode } from 'react';
import { PageHead } from '../../../ui/show/page-head.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { RobotList } from './robot-list.tsx';
import { RobotsOfProjects } from './robots-of-projects.tsx';
import { robotsTexts } from './text.ts';

/** Robot accounts of the system. */
export function RobotsPage(): ReactNode {
  const said = useTexts(robotsTexts);
  return (
    <div className="stack">
      <div>
        <RobotList
          project={undefined}
          whyNot={undefined}
          head={(actions) => (
            <PageHead title={said.title} facts={<span>{said.systemText}</span>} actions={actions} />
          )}
        />
      </div>
      <RobotsOfProjects />
    </div>
  );
}
