import type { ReactNode } from 'react';
import { Tabs } from '../../ui/controls/tabs.tsx';
import { usePlace } from '../../ui/navigation/location.ts';
import { PageHead } from '../../ui/show/page-head.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { jobsTexts } from './text.ts';

interface JobsHeadProps {
  readonly facts?: ReactNode;
  readonly actions?: ReactNode;
}

/** Above the lists of jobs, queues and schedules. */
export function JobsHead({ facts, actions }: JobsHeadProps): ReactNode {
  const said = useTexts(jobsTexts);
  const { path } = usePlace();
  const tabs = [
    { to: '/jobs', label: said.all },
    { to: '/jobs/queues', label: said.queues },
    { to: '/jobs/schedules', label: said.schedules },
  ];
  return (
    <>
      <PageHead title={said.title} facts={facts} actions={actions} />
      <Tabs label={said.parts} tabs={tabs.map((tab) => ({ ...tab, current: tab.to === path }))} />
    </>
  );
}
