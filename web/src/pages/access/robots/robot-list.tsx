import { type ReactNode, useState } from 'react';
import { Failure } from '../../../api/failure.tsx';
import { allOf, contains } from '../../../api/list-query.ts';
import { listQuery, useList } from '../../../api/use-list.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { DataTable } from '../../../ui/table/data-table.tsx';
import { ListFrame } from '../../../ui/table/list-frame.tsx';
import { useListState } from '../../../ui/table/list-state.ts';
import { useTexts } from '../../../ui/text/language.tsx';
import { SecretOnce } from '../parts/secret-once.tsx';
import { NewRobot } from './new-robot.tsx';
import { type Made, type RobotDoing, RobotDoings } from './robot-doings.tsx';
import { robotsTexts } from './text.ts';
import { useRobotColumns } from './use-robot-columns.tsx';

const defaults = { page: '1', sort: 'name', q: '', state: 'any' };
const states = ['any', 'on', 'off'] as const;

export interface RobotListProps {
  /** Undefined: of the system. */
  readonly project: { readonly id: number; readonly name: string } | undefined;
  /** Why they may not be changed. */
  readonly whyNot: string | undefined;
  /** Beside which the button stands that makes one; default: it is in the bar. */
  readonly head?: (actions: ReactNode) => ReactNode;
}

export function RobotList({ project, whyNot, head }: RobotListProps): ReactNode {
  const said = useTexts(robotsTexts);
  const state = useListState(defaults);
  const [doing, setDoing] = useState<RobotDoing | 'make'>();
  const [made, setMade] = useState<Made>();
  const which = states.find((each) => each === state.search.state) ?? 'any';
  const ofProject = project === undefined ? undefined : `Level=project,ProjectID=${project.id}`;
  const q = allOf(
    ofProject,
    contains('name', state.filter),
    which === 'any' ? undefined : `disabled=${which === 'off'}`,
  );
  const { data, error, refetch } = useList('GET /api/v2.0/robots', {
    query: {
      page: state.page,
      page_size: state.pageSize,
      sort: state.sort,
      ...(q === undefined ? {} : { q }),
    },
  });
  const columns = useRobotColumns(project?.name, whyNot, setDoing);
  const close = (): void => setDoing(undefined);
  const add = (
    <Button look="primary" icon="plus" whyNot={whyNot} onClick={() => setDoing('make')}>
      {said.newRobot}
    </Button>
  );
  if (error !== null)
    return (
      <>
        {head?.(undefined)}
        <Failure error={error} onAgain={() => void refetch()} />
      </>
    );
  return (
    <>
      {head?.(add)}
      <ListFrame
        state={state}
        total={data?.total}
        unfiltered={listQuery('GET /api/v2.0/robots', {
          query: { page: 1, page_size: 1, ...(ofProject === undefined ? {} : { q: ofProject }) },
        })}
        filterLabel={said.filter}
        filters={[
          {
            key: 'state',
            label: said.states,
            options: states.map((value) => ({ value, label: said[value] })),
          },
        ]}
        actions={head === undefined ? add : undefined}
      >
        <DataTable
          label={said.title}
          columns={columns}
          rows={data?.rows}
          keyOf={({ id }) => String(id)}
          state={state}
          empty={<Empty title={said.noneYet}>{said.noneYetText}</Empty>}
        />
      </ListFrame>
      {doing === 'make' ? <NewRobot project={project?.name} onMade={setMade} onClose={close} /> : null}
      {doing === undefined || doing === 'make' ? null : (
        <RobotDoings project={project?.name} doing={doing} onMade={setMade} onClose={close} />
      )}
      {made === undefined ? null : (
        <SecretOnce
          title={said.secretOf(made.name)}
          username={made.name}
          secret={made.secret}
          onClose={() => setMade(undefined)}
        />
      )}
    </>
  );
}
