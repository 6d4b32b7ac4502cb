import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { list, type OperationKey } from '../../api/call.ts';
import { Failure } from '../../api/failure.tsx';
import { IconButton } from '../../ui/controls/button.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { isUnderWay } from '../../ui/show/work-status.tsx';
import { DataTable } from '../../ui/table/data-table.tsx';
import { titleInShort } from '../../ui/text/in-short.ts';
import { useTexts } from '../../ui/text/language.tsx';
import { quoted } from '../../ui/text/quoted.ts';
import { uiTexts } from '../../ui/text.ts';
import { DeliveryDetails } from './delivery-details.tsx';
import { webhooksTexts } from './text.ts';
import { type Delivery, useDeliveryColumns } from './use-delivery-columns.tsx';
import type { Webhook } from './webhook-draft.ts';

const everyMs = 1000;
const shown = 50;
const ofList: OperationKey = 'GET /api/v2.0/projects/{project_name_or_id}/webhook/policies';

interface DeliveriesProps {
  readonly project: string;
  readonly webhook: Webhook;
  /** Another number: somebody asked for it once more. */
  readonly asked: number;
  readonly onClose: () => void;
}

/** What was sent and answered, the newest first; followed while something is on its way. */
export function Deliveries({ project, webhook, asked, onClose }: DeliveriesProps): ReactNode {
  const said = useTexts(webhooksTexts);
  const common = useTexts(uiTexts);
  const { id = 0, name = '', targets = [] } = webhook;
  const [lookingAt, setLookingAt] = useState<number>();
  const { data, error } = useQuery({
    queryKey: ['deliveries', project, id],
    queryFn: ({ signal }) =>
      list(
        'GET /api/berth/v1/projects/{project_name_or_id}/webhooks/{webhook_id}/deliveries',
        { path: { project_name_or_id: project, webhook_id: id }, query: { page: 1, page_size: shown } },
        signal,
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.rows.some(({ status }) => isUnderWay(status)) === true ? everyMs : false,
  });
  const rows = data?.rows;
  useListFollows(rows);
  const heading = useSeen(asked, rows !== undefined);
  const several = targets.length > 1 || rows?.some(({ target }) => target === undefined) === true;
  const columns = useDeliveryColumns({
    project,
    webhookId: id,
    targets: several ? targets : [],
    onLook: setLookingAt,
  });
  const looking = rows?.find((row) => row.id === lookingAt);
  const of = `${quoted(name)} --project ${quoted(project)}`;
  return (
    <section className="card">
      <div className="webhook-head">
        <h2 ref={heading} tabIndex={-1} title={name}>
          {said.deliveriesOf(titleInShort(name))}
        </h2>
        <IconButton icon="close" label={common.close} onClick={onClose} />
      </div>
      {error === null ? (
        <DataTable
          label={said.deliveries}
          columns={columns}
          rows={rows}
          keyOf={(row) => String(row.id)}
          empty={<Empty title={said.noDelivery}>{said.noDeliveryText}</Empty>}
        />
      ) : (
        <Failure error={error} />
      )}
      <AsCommand
        code={`berth webhook deliveries ${of}\nberth webhook redeliver ${quoted(name)} DELIVERY --project ${quoted(project)}`}
      />
      {looking === undefined ? null : (
        <DeliveryDetails
          place={{ project, webhookId: id }}
          delivery={looking}
          target={looking.target === undefined ? undefined : targets[looking.target - 1]}
          onClose={() => setLookingAt(undefined)}
        />
      )}
    </section>
  );
}

/** It is below the list, on a phone far below: brought into view when it is asked for, and again when its rows are there. */
function useSeen(asked: number, isThere: boolean) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!isThere && asked === 0) return;
    if (asked > 0) heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: 'start' });
  }, [asked, isThere]);
  return heading;
}

/** The list of webhooks says how the last delivery went. */
function useListFollows(rows: readonly Delivery[] | undefined): void {
  const queries = useQueryClient();
  const states = rows?.map(({ id, status }) => `${id} ${status}`).join();
  const before = useRef<string>(undefined);
  useEffect(() => {
    // The first ones, too: what was on its way when the list came may have ended before the log did.
    if (before.current !== states) void queries.invalidateQueries({ queryKey: [ofList] });
    before.current = states;
  }, [states, queries]);
}
