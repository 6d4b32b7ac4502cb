import type { ReactNode } from 'react';
import { useAnswer } from '../../api/use-list.ts';
import { CronText } from '../../ui/show/cron-text.tsx';
import { PageHead } from '../../ui/show/page-head.tsx';
import { Time } from '../../ui/show/values.tsx';
import { useListState } from '../../ui/table/list-state.ts';
import { useTexts } from '../../ui/text/language.tsx';
import { CollectionCard } from './collection-card.tsx';
import { History } from './history.tsx';
import { NewPlan } from './new-plan.tsx';
import { ScheduleCard } from './schedule-card.tsx';
import { garbageTexts } from './text.ts';

const defaults = { page: '1', sort: '-id', q: '', status: 'all', show: '', untagged: '' };

export function GarbagePage(): ReactNode {
  const said = useTexts(garbageTexts);
  const state = useListState(defaults);
  const schedule = useAnswer('GET /api/v2.0/system/gc/schedule', {});
  // The server answers with nothing where there is no schedule.
  const when = schedule.data?.schedule;
  const show = (id: string): void => state.set({ show: id });
  return (
    <>
      <PageHead
        title={said.title}
        facts={
          schedule.data === undefined ? (
            '…'
          ) : when === undefined ? (
            said.noSchedule
          ) : (
            <>
              <CronText cron={when.cron} />
              <span>
                {said.next} <Time at={when.next_scheduled_time} />
              </span>
            </>
          )
        }
      />
      <div className="stack">
        {state.search.show === '' ? null : (
          <CollectionCard
            key={state.search.show}
            id={Number(state.search.show)}
            onBegun={show}
            onClose={() => show('')}
          />
        )}
        <div className="columns even">
          <NewPlan
            first={state.search.show === ''}
            untagged={state.search.untagged === 'yes'}
            onBegun={show}
          />
          {schedule.data === undefined ? null : (
            <ScheduleCard key={JSON.stringify(schedule.data)} schedule={schedule.data} />
          )}
        </div>
        <History state={state} />
      </div>
    </>
  );
}
