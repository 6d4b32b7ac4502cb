import { type ReactNode, useState } from 'react';
import { Failure, useFailureText } from '../../api/failure.tsx';
import { contains } from '../../api/list-query.ts';
import { useChange } from '../../api/use-change.ts';
import { listQuery, useList } from '../../api/use-list.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Confirm } from '../../ui/controls/confirm.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import type { PageProps } from '../../ui/navigation/page.ts';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { curlOf } from '../../ui/show/curl-of.ts';
import { DataTable } from '../../ui/table/data-table.tsx';
import { ListFrame } from '../../ui/table/list-frame.tsx';
import { useListState } from '../../ui/table/list-state.ts';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { quoted } from '../../ui/text/quoted.ts';
import { Deliveries } from './deliveries.tsx';
import { EditWebhook } from './edit-webhook.tsx';
import { webhooksTexts } from './text.ts';
import { useWebhookColumns } from './use-webhook-columns.tsx';
import type { Webhook } from './webhook-draft.ts';

const defaults = { page: '1', sort: 'name', q: '', log: '' };

interface Doing {
  readonly what: 'edit' | 'remove';
  readonly webhook: Webhook | undefined;
}

export function WebhooksPage({ params: { project = '' } }: PageProps): ReactNode {
  const said = useTexts(webhooksTexts);
  const state = useListState(defaults);
  const [doing, setDoing] = useState<Doing>();
  const [asked, setAsked] = useState(0);
  const q = contains('name', state.filter);
  const { data, error, refetch } = useList('GET /api/v2.0/projects/{project_name_or_id}/webhook/policies', {
    path: { project_name_or_id: project },
    query: {
      page: state.page,
      page_size: state.pageSize,
      sort: state.sort,
      ...(q === undefined ? {} : { q }),
    },
  });
  const seeLog = (): void => setAsked((before) => before + 1);
  const columns = useWebhookColumns(project, {
    onEdit: (webhook) => setDoing({ what: 'edit', webhook }),
    onRemove: (webhook) => setDoing({ what: 'remove', webhook }),
    onTest: (id) => {
      state.set({ log: String(id) });
      seeLog();
    },
    onLog: seeLog,
  });
  if (error !== null) return <Failure error={error} onAgain={() => void refetch()} />;
  const add = (
    <Button look="primary" icon="plus" onClick={() => setDoing({ what: 'edit', webhook: undefined })}>
      {said.add}
    </Button>
  );
  const shown = data?.rows.find(({ id }) => String(id) === state.search.log);
  const path = `/api/v2.0/projects/${project}/webhook/policies`;
  return (
    <>
      <div className="stack">
        <ListFrame
          state={state}
          total={data?.total}
          unfiltered={listQuery('GET /api/v2.0/projects/{project_name_or_id}/webhook/policies', {
            path: { project_name_or_id: project },
            query: { page: 1, page_size: 1 },
          })}
          filterLabel={said.filter}
          actions={add}
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
        {shown === undefined ? null : (
          <Deliveries
            key={shown.id}
            project={project}
            webhook={shown}
            asked={asked}
            onClose={() => state.set({ log: '' })}
          />
        )}
      </div>
      <AsCommand code={`berth webhook list --project ${quoted(project)}\n${curlOf('GET', path)}`} />
      {doing?.what === 'edit' ? (
        <EditWebhook project={project} webhook={doing.webhook} onClose={() => setDoing(undefined)} />
      ) : null}
      {doing?.what === 'remove' && doing.webhook !== undefined ? (
        <RemoveWebhook project={project} webhook={doing.webhook} onClose={() => setDoing(undefined)} />
      ) : null}
    </>
  );
}

interface RemoveWebhookProps {
  readonly project: string;
  readonly webhook: Webhook;
  readonly onClose: () => void;
}

function RemoveWebhook({ project, webhook, onClose }: RemoveWebhookProps): ReactNode {
  const said = useTexts(webhooksTexts);
  const toast = useToast();
  const failureText = useFailureText();
  const { language } = useLanguage();
  const { id = 0, name = '' } = webhook;
  const sent = useList('GET /api/berth/v1/projects/{project_name_or_id}/webhooks/{webhook_id}/deliveries', {
    path: { project_name_or_id: project, webhook_id: id },
    query: { page: 1, page_size: 1 },
  });
  const total = sent.data?.total;
  const remove = useChange(
    'DELETE /api/v2.0/projects/{project_name_or_id}/webhook/policies/{webhook_policy_id}',
  );
  return (
    <Confirm
      danger
      title={said.removeOf(name)}
      label={said.remove}
      busy={remove.isPending}
      problem={remove.error === null ? undefined : failureText(remove.error)}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(
          { path: { project_name_or_id: project, webhook_policy_id: id } },
          {
            onSuccess: () => {
              toast({ text: said.removed(name) });
              onClose();
            },
          },
        )
      }
    >
      <p>{said.removeText}</p>
      {total === undefined || total === 0 ? null : <p>{said.removeCount(formatNumber(total, language))}</p>}
      <AsCommand code={`berth webhook delete ${quoted(name)} --project ${quoted(project)}`} />
    </Confirm>
  );
}
