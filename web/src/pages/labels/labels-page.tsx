import { type ReactNode, useState } from 'react';
import { Failure } from '../../api/failure.tsx';
import { useSession } from '../../api/session.tsx';
import { listQuery, useAnswer, useList } from '../../api/use-list.ts';
import { Button, DeleteButton } from '../../ui/controls/button.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import type { PageProps } from '../../ui/navigation/page.ts';
import { PageHead } from '../../ui/show/page-head.tsx';
import { Swatch } from '../../ui/show/swatch.tsx';
import { LongName, Time } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { ListFrame } from '../../ui/table/list-frame.tsx';
import { useListState } from '../../ui/table/list-state.ts';
import { useTexts } from '../../ui/text/language.tsx';
import { DeleteLabel } from './delete-label.tsx';
import { EditLabel } from './edit-label.tsx';
import type { Label, LabelPlace } from './label.ts';
import { labelsTexts } from './text.ts';

const defaults = { page: '1', sort: 'name', q: '' };

export function LabelsPage(): ReactNode {
  const said = useTexts(labelsTexts);
  return (
    <Labels
      place={{ scope: 'g' }}
      head={(actions) => <PageHead title={said.title} facts={said.systemText} actions={actions} />}
    />
  );
}

export function ProjectLabelsPage({ params: { project = '' } }: PageProps): ReactNode {
  const { data, error } = useAnswer('GET /api/v2.0/projects/{project_name_or_id}', {
    path: { project_name_or_id: project },
  });
  if (error !== null) return <Failure error={error} />;
  if (data?.project_id === undefined) return <Skeleton lines={6} />;
  return <Labels place={{ scope: 'p', project_id: data.project_id, project }} />;
}

type Doing =
  | { readonly what: 'edit'; readonly label: Label | undefined }
  | { readonly what: 'delete'; readonly label: Label };

interface LabelsProps {
  readonly place: LabelPlace;
  /** Beside which the button stands that makes one; default: it is in the bar. */
  readonly head?: (actions: ReactNode) => ReactNode;
}

function Labels({ place, head }: LabelsProps): ReactNode {
  const said = useTexts(labelsTexts);
  const state = useListState(defaults);
  const [doing, setDoing] = useState<Doing>();
  const whyNot = useWhyNot(place);
  const { scope, project_id: projectId } = place;
  const { data, error, refetch } = useList('GET /api/v2.0/labels', {
    query: {
      scope,
      page: state.page,
      page_size: state.pageSize,
      sort: state.sort,
      name: state.filter.trim(),
      ...(projectId === undefined ? {} : { project_id: projectId }),
    },
  });
  const columns = useColumns(whyNot, setDoing);
  const add = (
    <Button
      look="primary"
      icon="plus"
      whyNot={whyNot('label:create')}
      onClick={() => setDoing({ what: 'edit', label: undefined })}
    >
      {said.add}
    </Button>
  );
  const close = (): void => setDoing(undefined);
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
        unfiltered={listQuery('GET /api/v2.0/labels', {
          query: {
            page: 1,
            page_size: 1,
            scope,
            ...(projectId === undefined ? {} : { project_id: projectId }),
          },
        })}
        filterLabel={said.filter}
        actions={head === undefined ? add : undefined}
      >
        <DataTable
          label={said.title}
          columns={columns}
          rows={data?.rows}
          keyOf={({ id }) => String(id)}
          state={state}
          empty={<Empty title={said.none}>{said.noneText}</Empty>}
        />
        {doing?.what === 'edit' ? <EditLabel label={doing.label} place={place} onClose={close} /> : null}
        {doing?.what === 'delete' ? <DeleteLabel label={doing.label} place={place} onClose={close} /> : null}
      </ListFrame>
    </>
  );
}

type WhyNot = (permission: string) => string | undefined;

function useWhyNot({ project }: LabelPlace): WhyNot {
  const said = useTexts(labelsTexts);
  const { user } = useSession();
  const { data } = useAnswer(
    'GET /api/berth/v1/me/can',
    { query: { scope: project ?? 'system' } },
    { enabled: user !== undefined },
  );
  return (permission) =>
    data?.permissions?.includes(permission) === true ? undefined : said.needs(permission);
}

function useColumns(whyNot: WhyNot, setDoing: (doing: Doing) => void): readonly Column<Label>[] {
  const said = useTexts(labelsTexts);
  return [
    {
      id: 'name',
      header: said.name,
      sort: 'name',
      cell: ({ name = '', color }) => (
        <span className="label-name strong">
          <Swatch color={color} />
          <LongName name={name} />
        </span>
      ),
    },
    {
      id: 'description',
      header: said.description,
      priority: 2,
      cell: ({ description = '' }) =>
        description === '' ? <span className="muted">–</span> : <span lang="">{description}</span>,
    },
    {
      id: 'created',
      header: said.created,
      sort: '-creation_time',
      cell: ({ creation_time: at }) => <Time at={at} />,
    },
    {
      id: 'actions',
      header: '',
      actions: true,
      cell: (label) => (
        <>
          <Button
            small
            aria-label={said.changeOne(label.name ?? '')}
            whyNot={whyNot('label:update')}
            onClick={() => setDoing({ what: 'edit', label })}
          >
            {said.change}
          </Button>
          <DeleteButton
            label={said.removeOne(label.name ?? '')}
            whyNot={whyNot('label:delete')}
            onClick={() => setDoing({ what: 'delete', label })}
          />
        </>
      ),
    },
  ];
}
