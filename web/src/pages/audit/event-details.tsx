import type { ReactNode } from 'react';
import { isRefusal, refusalTexts } from '../../api/because/refusal-text.ts';
import { Failure } from '../../api/failure.tsx';
import { type Setting, settingWords } from '../../api/settings/setting-words.ts';
import { useCan } from '../../api/use-can.ts';
import { useAnswer, useList } from '../../api/use-list.ts';
import { Button, LinkButton } from '../../ui/controls/button.tsx';
import { Dialog } from '../../ui/controls/dialog.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import { CronText } from '../../ui/show/cron-text.tsx';
import { Time } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { formatAbsolute, timeOf } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { uiTexts } from '../../ui/text.ts';
import type { AuditEvent } from './audit-event.ts';
import { type ActivitySearch, activityDefaults } from './audit-query.ts';
import { type ChangedField, changedFields, fieldName, fieldValue } from './changed-fields.ts';
import { type EventPlace, explanationOf, placeOfEvent } from './event-place.ts';
import { adminSocket } from './object-words.ts';
import { Actor, ObjectName, Outcome } from './outcome.tsx';
import { auditTexts } from './text.ts';
import { useEventTitle } from './use-event-name.ts';

interface EventDetailsProps {
  readonly id: string;
  readonly onClose: () => void;
  readonly change: (part: Partial<ActivitySearch>) => void;
}

/** One event with all that was recorded of it: an address that can be sent to somebody. */
export function EventDetails({ id, onClose, change }: EventDetailsProps): ReactNode {
  const said = useTexts(auditTexts);
  const title = useEventTitle();
  const { data, error, refetch } = useAnswer('GET /api/berth/v1/audit', {
    query: { q: `id=${/^\d+$/.test(id) ? id : '0'}`, limit: 1 },
  });
  const [event] = data?.items ?? [];
  const only = (part: Partial<ActivitySearch>): void => change({ ...activityDefaults, ...part });
  return (
    <Dialog
      wide
      title={event === undefined ? said.event : title(event)}
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

/** Its name, which leads to it while it is there and who looks may see it. */
function ObjectLink({ event }: { readonly event: AuditEvent }): ReactNode {
  const place = placeOfEvent(event);
  const name = <ObjectName event={event} />;
  return place === undefined ? name : <PlaceLink place={place}>{name}</PlaceLink>;
}

function PlaceLink(props: { readonly place: EventPlace; readonly children: ReactNode }): ReactNode {
  const to = useAddressOf(props.place);
  return to === undefined ? props.children : <Link to={to}>{props.children}</Link>;
}

function useAddressOf({ project, repository, tag, digest }: EventPlace): string | undefined {
  const part = tag === undefined ? `digest=${digest ?? ''}` : `tags=${encodeURIComponent(tag)}`;
  const isPart = tag !== undefined || digest !== undefined;
  const may = useCan(project);
  const path = { project_name: project };
  const found = useList(
    'GET /api/v2.0/projects/{project_name}/repositories',
    { path, query: { page_size: 1, q: `name=${encodeURIComponent(`${project}/${repository}`)}` } },
    { enabled: may('repository:list') === true },
  );
  const isThere = found.data?.total === 1 && !found.isPlaceholderData;
  const artifacts = useList(
    'GET /api/v2.0/projects/{project_name}/repositories/{repository_name}/artifacts',
    { path: { ...path, repository_name: repository }, query: { page_size: 1, q: part } },
    { enabled: isThere && isPart && may('artifact:list') === true },
  );
  if (!isThere) return undefined;
  const hasPart = isPart && artifacts.data?.total === 1 && !artifacts.isPlaceholderData;
  if (!hasPart) return pathOf('/p/:project/r/:repository*', { project, repository });
  return tag === undefined
    ? pathOf('/p/:project/r/:repository*/-/a/:digest', { project, repository, digest: digest ?? '' })
    : pathOf('/p/:project/r/:repository*/-/t/:tag', { project, repository, tag });
}

function Further(props: {
  readonly event: AuditEvent;
  readonly only: (part: Partial<ActivitySearch>) => void;
}): ReactNode {
  const { event, only } = props;
  const said = useTexts(auditTexts);
  const { username = '', object = '', request_id: request = '' } = event;
  const explanation = explanationOf(event);
  return (
    <>
      {explanation === undefined ? null : <LinkButton to={explanation}>{said.explain}</LinkButton>}
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
  const [, account] = /:(\d+)$/.exec(event.actor ?? '') ?? [];
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
          <Actor event={event} />{' '}
          {account === undefined ? null : <span className="muted">{said.account(account)}</span>}
        </dd>
        <dt>{said.object}</dt>
        <dd className="activity-value">
          <ObjectLink event={event} />
        </dd>
        {event.address === adminSocket ? (
          <>
            <dt>{said.address}</dt>
            <dd>{said.fromSocketText}</dd>
          </>
        ) : (
          <Fact name={said.address} value={event.address} />
        )}
        <Fact name={said.program} value={event.client} />
        <Fact name={said.request} value={event.request_id} />
        <Fact name={said.number} value={event.id === undefined ? undefined : String(event.id)} />
      </dl>
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

function Changes({ event }: { readonly event: AuditEvent }): ReactNode {
  const said = useTexts(auditTexts);
  const ofSettings = event.event === 'configuration.updated' && event.result === 'done';
  const settings = useAnswer('GET /api/berth/v1/settings', {}, { enabled: ofSettings }).data;
  const settingOf = (name: string): Setting | undefined => settings?.find((each) => each.name === name);
  const compared = Object.keys(event.before ?? {}).length > 0;
  const valueColumn = (id: 'before' | 'after', header: string): Column<ChangedField> => ({
    id,
    header,
    cell: ({ field, [id]: text }) => (
      <>
        {field === 'message' ? <WhyRefused event={event} /> : null}
        <Value field={field} text={text} setting={settingOf(field)} zone={event[id]?.['timeZone']} />
      </>
    ),
  });
  const columns: readonly Column<ChangedField>[] = [
    {
      id: 'field',
      header: said.field,
      cell: ({ field }) => <FieldName event={event} field={field} setting={settingOf(field)} />,
    },
    ...(compared ? [valueColumn('before', said.before)] : []),
    valueColumn('after', compared ? said.after : said.value),
  ];
  const label = compared ? said.changes : said.told;
  return (
    <>
      <h3>{label}</h3>
      <div className="activity-changes">
        <DataTable
          label={label}
          columns={columns}
          rows={changedFields(event)}
          keyOf={({ field }) => field}
          empty={<p className="muted">{said.noChanges}</p>}
        />
      </div>
    </>
  );
}

/** In the language of the page, before the server's sentence where that is in another one. */
function WhyRefused({ event: { result, after } }: { readonly event: AuditEvent }): ReactNode {
  const said = useTexts(refusalTexts);
  const { language } = useLanguage();
  const code = after?.['reason'] ?? '';
  if (language === 'en' || result !== 'refused' || !isRefusal(code)) return null;
  return <p>{said[code]}</p>;
}

/** A setting is called as on its page, where its key is what commands know too. */
function FieldName(props: {
  readonly event: AuditEvent;
  readonly field: string;
  readonly setting: Setting | undefined;
}): ReactNode {
  const { event, field, setting } = props;
  const { language } = useLanguage();
  if (setting !== undefined)
    return (
      <>
        <span title={setting.help?.[language]}>{setting.title?.[language]}</span>{' '}
        <code className="meta">{field}</code>
      </>
    );
  const name = fieldName(event, field)?.[language];
  return name === undefined ? <code>{field}</code> : <span title={field}>{name}</span>;
}

interface ValueProps {
  readonly field: string;
  readonly text: string | undefined;
  readonly setting: Setting | undefined;
  /** Of a schedule; undefined: UTC. */
  readonly zone: string | undefined;
}

function Value({ field, text, setting, zone }: ValueProps): ReactNode {
  const said = useTexts(auditTexts);
  const texts = useTexts(uiTexts);
  const { language } = useLanguage();
  if (text === undefined) return <span className="muted">–</span>;
  if (field === 'cron') return <CronText cron={text} zone={zone} />;
  const known = setting === undefined ? undefined : settingWords(setting, text, { said: texts, language });
  const words = known ?? fieldValue({ field, text }, { said: { ...texts, ...said }, language });
  // What was not put into words stands there as it was recorded.
  return (
    <span className="activity-value" {...(words === text ? { lang: 'en' } : {})}>
      {words}
    </span>
  );
}
