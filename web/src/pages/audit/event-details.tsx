import type { ReactNode } from 'react';
import { Failure } from '../../api/failure.tsx';
import { useAnswer } from '../../api/use-list.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Dialog } from '../../ui/controls/dialog.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { Time } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { formatAbsolute, timeOf } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { type ActivitySearch, activityDefaults } from './audit-query.ts';
import { type AuditEvent, Outcome } from './outcome.tsx';
import { auditTexts } from './text.ts';

interface EventDetailsProps {
  readonly id: string;
  readonly onClose: () => void;
  readonly change: (part: Partial<ActivitySearch>) => void;
}

/** One event with all that was recorded of it: an address that can be sent to somebody. */
export function EventDetails({ id, onClose, change }: EventDetailsProps): ReactNode {
  const said = useTexts(auditTexts);
  const { data, error, refetch } = useAnswer('GET /api/berth/v1/audit', {
    query: { q: `id=${/^\d+$/.test(id) ? id : '0'}`, limit: 1 },
  });
  const [event] = data?.items ?? [];
  const only = (part: Partial<ActivitySearch>): void => change({ ...activityDefaults, ...part });
  return (
    <Dialog
      wide
      title={event?.event ?? said.event}
      onClose={onClose}
      actions={event === undefined ? undefined : <Further event={event} only={only} />}
    >
      {error !== null ? (
        <Failure error={error} onAgain={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton lines={6} />
      ) : event === undefined ? (
        <Empty title={said.gone} />
      ) : (
        <Facts event={event} />
      )}
    </Dialog>
  );
}

function Further(props: {
  readonly event: AuditEvent;
  readonly only: (part: Partial<ActivitySearch>) => void;
}): ReactNode {
  const { event, only } = props;
  const said = useTexts(auditTexts);
  const { username = '', object = '', request_id: request = '' } = event;
  return (
    <>
      {username === '' ? null : (
        <Button onClick={() => only({ actor: `=${username}` })}>{said.allOfActor}</Button>
      )}
      {object === '' ? null : (
        <Button onClick={() => only({ object: `=${object}` })}>{said.allOfObject}</Button>
      )}
      {request === '' ? null : <Button onClick={() => only({ request })}>{said.allOfRequest}</Button>}
    </>
  );
}

function Facts({ event }: { readonly event: AuditEvent }): ReactNode {
  const said = useTexts(auditTexts);
  const { language } = useLanguage();
  const at = timeOf(event.time);
  return (
    <>
      <dl className="details">
        <dt>{said.result}</dt>
        <dd>
          <Outcome result={event.result} />
        </dd>
        <dt>{said.when}</dt>
        <dd>
          {at === undefined ? null : formatAbsolute(at, language)} · <Time at={event.time} />
        </dd>
        <dt>{said.who}</dt>
        <dd>
          {event.username} {event.actor === event.username ? null : <code>{event.actor}</code>}
        </dd>
        <dt>{said.object}</dt>
        <dd>
          <code>{event.object}</code>
        </dd>
        <Fact name={said.address} value={event.address} />
        <Fact name={said.program} value={event.client} />
        <Fact name={said.request} value={event.request_id} />
        <Fact name={said.number} value={event.id === undefined ? undefined : String(event.id)} />
      </dl>
      <h3>{said.changes}</h3>
      <Changes event={event} />
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string | undefined }): ReactNode {
  return value === undefined || value === '' ? null : (
    <>
      <dt>{name}</dt>
      <dd>
        <code>{value}</code>
      </dd>
    </>
  );
}

interface Change {
  readonly field: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

function Changes({ event: { before = {}, after = {} } }: { readonly event: AuditEvent }): ReactNode {
  const said = useTexts(auditTexts);
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const columns: readonly Column<Change>[] = [
    { id: 'field', header: said.field, cell: ({ field }) => <code>{field}</code> },
    ...(Object.keys(before).length === 0
      ? []
      : [{ id: 'before', header: said.before, cell: (row: Change) => <Value text={row.before} /> }]),
    { id: 'after', header: said.after, cell: (row) => <Value text={row.after} /> },
  ];
  return (
    <DataTable
      label={said.changes}
      columns={columns}
      rows={fields.map((field) => ({ field, before: before[field], after: after[field] }))}
      keyOf={({ field }) => field}
      empty={<p className="muted">{said.noChanges}</p>}
    />
  );
}

function Value({ text }: { readonly text: string | undefined }): ReactNode {
  return text === undefined ? (
    <span className="muted">–</span>
  ) : (
    <span className="activity-value" lang="en">
      {text}
    </span>
  );
}
