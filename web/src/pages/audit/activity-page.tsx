import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failure } from '../../api/failure.tsx';
import { answerQuery, useAnswer } from '../../api/use-list.ts';
import { currentView } from '../../api/view/current-view.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Menu } from '../../ui/controls/menu.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import type { PageProps } from '../../ui/navigation/page.ts';
import { outward } from '../../ui/navigation/prefix.ts';
import { useSearchState } from '../../ui/navigation/use-search-state.ts';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { CodeBlock } from '../../ui/show/code-block.tsx';
import { PageHead } from '../../ui/show/page-head.tsx';
import { LongName, Time } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { Total } from '../../ui/table/total.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { uiTexts } from '../../ui/text.ts';
import { ActivityFilter } from './activity-filter.tsx';
import { askedOf, auditInput, auditKey } from './ahead.ts';
import type { AuditEvent } from './audit-event.ts';
import {
  type ActivitySearch,
  type AuditQuery,
  activityDefaults,
  exportAddress,
  exportCommand,
  filterKeys,
} from './audit-query.ts';
import { EventDetails } from './event-details.tsx';
import { Actor, From, ObjectName, Outcome } from './outcome.tsx';
import { auditTexts } from './text.ts';
import { useEventTitle } from './use-event-name.ts';

export function ActivityPage(): ReactNode {
  const said = useTexts(auditTexts);
  return (
    <>
      <PageHead title={said.title} />
      <Activity within={undefined} />
    </>
  );
}

export function ProjectActivityPage({ params: { project = '' } }: PageProps): ReactNode {
  return <Activity within={project} />;
}

/** @param within the project whose log it is; undefined: that of the system */
function Activity({ within }: { readonly within: string | undefined }): ReactNode {
  const [search, change] = useSearchState(activityDefaults);
  const query = askedOf(search, within);
  const { after } = search;
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...answerQuery(auditKey, auditInput(search, within)),
    placeholderData: keepPreviousData,
  });
  const filtered = isFiltered(search);
  const known =
    after === '' && data !== undefined && data.next === undefined ? data.items?.length : undefined;
  const get = (format: 'csv' | 'ndjson'): void => location.assign(outward(exportAddress(query, format)));
  return (
    <section className="list activity-list">
      <ActivityFilter
        search={search}
        change={change}
        within={within}
        total={
          data === undefined || isPlaceholderData ? null : (
            <Count query={query} filtered={filtered} known={known} />
          )
        }
        actions={<Export get={get} />}
      />
      {error === null ? (
        <Events rows={data?.items} search={search} change={change} />
      ) : (
        <Failure error={error} onAgain={() => void refetch()} />
      )}
      <Places after={after} next={data?.next} change={change} />
      <AsCommand code={exportCommand(query)} />
      {within === undefined ? <Proof /> : null}
      {search.event === '' ? null : (
        <EventDetails id={search.event} onClose={() => change({ event: '' })} change={change} />
      )}
    </section>
  );
}

/** Asked for when the rows are there: they do not wait for it. @param known where the whole list is on the page */
function Count(props: {
  readonly query: AuditQuery;
  readonly filtered: boolean;
  readonly known: number | undefined;
}): ReactNode {
  const { query, filtered, known } = props;
  const { data } = useAnswer('GET /api/berth/v1/audit/count', { query }, { enabled: known === undefined });
  return known === undefined ? (
    <Total total={data?.total} filtered={filtered} atLeast={data?.more === true} />
  ) : (
    <Total total={known} filtered={filtered} />
  );
}

function Export({ get }: { readonly get: (format: 'csv' | 'ndjson') => void }): ReactNode {
  const said = useTexts(auditTexts);
  // The browser asks for a file by the session, which is not that of who is looked as.
  if (currentView() !== undefined)
    return (
      <Button look="quiet" icon="external" whyNot={said.notInView}>
        {said.exportText}
      </Button>
    );
  return (
    <Menu
      label={said.exportAll}
      text={said.exportText}
      icon="external"
      items={[
        { label: said.csv, onChoose: () => get('csv') },
        { label: said.ndjson, onChoose: () => get('ndjson') },
      ]}
    />
  );
}

function isFiltered(search: ActivitySearch): boolean {
  return filterKeys.some((key) => search[key] !== '');
}

interface EventsProps {
  readonly rows: readonly AuditEvent[] | undefined;
  readonly search: ActivitySearch;
  readonly change: (part: Partial<ActivitySearch>) => void;
}

function Events({ rows, search, change }: EventsProps): ReactNode {
  const said = useTexts(auditTexts);
  const common = useTexts(uiTexts);
  const columns = useColumns((event) => change({ event }));
  const filtered = isFiltered(search);
  const clear = Object.fromEntries(filterKeys.map((key) => [key, '']));
  return (
    <DataTable
      label={said.title}
      columns={columns}
      rows={rows}
      keyOf={({ id }) => String(id)}
      empty={
        filtered ? (
          <Empty
            title={said.noneMatches}
            action={<Button onClick={() => change({ ...clear, after: '' })}>{common.clearFilters}</Button>}
          >
            {said.noneMatchesText}
          </Empty>
        ) : (
          <Empty title={said.none}>{said.noneText}</Empty>
        )
      }
    />
  );
}

function useColumns(open: (id: string) => void): readonly Column<AuditEvent>[] {
  const said = useTexts(auditTexts);
  const title = useEventTitle();
  return [
    {
      id: 'what',
      header: said.what,
      cell: (event) => (
        <button
          type="button"
          className="link strong"
          aria-label={said.look(title(event))}
          aria-haspopup="dialog"
          onClick={() => open(String(event.id))}
        >
          {title(event)}
        </button>
      ),
    },
    {
      id: 'result',
      header: said.result,
      cell: ({ result }) => <Outcome result={result} />,
    },
    { id: 'object', header: said.object, cell: (event) => <ObjectName event={event} /> },
    { id: 'who', header: said.who, cell: (event) => <Actor event={event} /> },
    {
      id: 'client',
      header: said.client,
      priority: 3,
      onCards: true,
      cell: ({ address }) => <From address={address} />,
    },
    {
      id: 'program',
      header: said.program,
      priority: 4,
      cell: ({ client = '' }) =>
        client === '' ? (
          <span className="muted">–</span>
        ) : (
          <span className="activity-name of-program">
            <LongName name={client} />
          </span>
        ),
    },
    { id: 'when', header: said.when, ordered: 'descending', cell: ({ time }) => <Time at={time} /> },
  ];
}

/** The log is read from the newest on, page by page. */
function Places(props: {
  readonly after: string;
  readonly next: string | undefined;
  readonly change: (part: Partial<ActivitySearch>) => void;
}): ReactNode {
  const { after, next, change } = props;
  const said = useTexts(auditTexts);
  if (after === '' && next === undefined) return null;
  return (
    <nav className="pages" aria-label={said.pages}>
      {after === '' ? null : <Button onClick={() => change({ after: '' })}>{said.newest}</Button>}
      {next === undefined ? null : <Button onClick={() => change({ after: next })}>{said.older}</Button>}
    </nav>
  );
}

function Proof(): ReactNode {
  const said = useTexts(auditTexts);
  return (
    <section className="card">
      <h2>{said.proof}</h2>
      <p>{said.proofText}</p>
      <CodeBlock label={said.proofCommand} code="berth audit verify" />
    </section>
  );
}
