import { type ReactNode, useState } from 'react';
import type { Row } from '../../../api/call.ts';
import { Failure } from '../../../api/failure.tsx';
import { useSession } from '../../../api/session.tsx';
import { useChange } from '../../../api/use-change.ts';
import { useList } from '../../../api/use-list.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { useToast } from '../../../ui/feedback/toast.tsx';
import { AsCommand } from '../../../ui/show/as-command.tsx';
import { Badge, Time } from '../../../ui/show/values.tsx';
import { type Column, DataTable } from '../../../ui/table/data-table.tsx';
import { formatNumber } from '../../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../../ui/text/language.tsx';
import { uiTexts } from '../../../ui/text.ts';
import { ConfirmChange } from '../parts/confirm-change.tsx';
import { curl } from '../parts/curl.ts';
import { clientName } from './client-name.ts';
import { sessionsTexts } from './text.ts';

type Listed = Row<'GET /api/berth/v1/users/{user_id}/sessions'>;

const shown = 100;

interface SessionsOfProps {
  readonly userId: number;
  readonly username: string;
}

type Doing = Listed | 'others' | undefined;

/** Where an account is signed in by a browser, to look at and to end. */
export function SessionsOf({ userId, username }: SessionsOfProps): ReactNode {
  const said = useTexts(sessionsTexts);
  const { language } = useLanguage();
  const { user } = useSession();
  const own = user?.user_id === userId;
  const [doing, setDoing] = useState<Doing>();
  const columns = useColumns(setDoing);
  const { data, error, refetch } = useList('GET /api/berth/v1/users/{user_id}/sessions', {
    path: { user_id: userId },
    query: { page: 1, page_size: shown },
  });
  const endable = data?.rows.some(({ current }) => current !== true) === true;
  return (
    <section className="card">
      <div className="card-head">
        <h2>{said.sessions}</h2>
        {endable ? (
          <Button onClick={() => setDoing('others')}>{own ? said.endOthers : said.endAll}</Button>
        ) : null}
      </div>
      <p className="muted">{said.text}</p>
      {error === null ? (
        <DataTable
          label={said.sessions}
          columns={columns}
          rows={data?.rows}
          keyOf={({ id = '' }) => id}
          empty={<Empty title={said.none} />}
        />
      ) : (
        <Failure error={error} onAgain={() => void refetch()} />
      )}
      {data !== undefined && data.total > shown ? (
        <p className="muted">
          {said.more(formatNumber(shown, language), formatNumber(data.total, language))}
        </p>
      ) : null}
      <Ending
        doing={doing}
        own={own}
        userId={userId}
        username={username}
        onClose={() => setDoing(undefined)}
      />
    </section>
  );
}

function useColumns(onEnd: (session: Listed) => void): readonly Column<Listed>[] {
  const said = useTexts(sessionsTexts);
  const { signOut } = useSession();
  return [
    {
      id: 'client',
      header: said.client,
      cell: ({ last_used_client: client = '', current }) => (
        <span title={client}>
          {client === '' ? (
            <span className="muted">{said.unknown}</span>
          ) : (
            <span lang="en">{clientName(client)}</span>
          )}{' '}
          {current === true ? <Badge kind="ok">{said.current}</Badge> : null}
        </span>
      ),
    },
    {
      id: 'address',
      header: said.address,
      cell: ({ last_used_address: address }) => <code>{address}</code>,
    },
    {
      id: 'used',
      header: said.lastUsed,
      ordered: 'descending',
      priority: 2,
      cell: ({ last_used_at: at }) => <Time at={at} />,
    },
    { id: 'since', header: said.since, priority: 3, cell: ({ created_at: at }) => <Time at={at} /> },
    {
      id: 'actions',
      header: '',
      actions: true,
      cell: (session) =>
        session.current === true ? (
          <Button small onClick={() => void signOut()}>
            {said.signOut}
          </Button>
        ) : (
          <Button small aria-label={said.endOf(...namesOf(session))} onClick={() => onEnd(session)}>
            {said.end}
          </Button>
        ),
    },
  ];
}

function namesOf({
  last_used_client: client = '',
  last_used_address: address = '',
}: Listed): [string, string] {
  return [clientName(client), address];
}

interface EndingProps extends SessionsOfProps {
  readonly doing: Doing;
  readonly own: boolean;
  readonly onClose: () => void;
}

function Ending({ doing, own, ...props }: EndingProps): ReactNode {
  if (doing === undefined) return null;
  return doing === 'others' ? <EndOthers own={own} {...props} /> : <EndOne session={doing} {...props} />;
}

function EndOne({
  userId,
  session,
  onClose,
}: Omit<EndingProps, 'doing' | 'own'> & { readonly session: Listed }): ReactNode {
  const said = useTexts(sessionsTexts);
  const { user } = useSession();
  const { id = '' } = session;
  const end = useChange('DELETE /api/berth/v1/users/{user_id}/sessions/{session_id}');
  return (
    <ConfirmChange
      title={said.endOf(...namesOf(session))}
      effect={said.endText}
      undo={said.endUndo}
      action={said.end}
      busy={end.isPending}
      error={end.error}
      onClose={onClose}
      onConfirm={() => end.mutate({ path: { user_id: userId, session_id: id } }, { onSuccess: onClose })}
    >
      <AsCommand api={curl('DELETE', `/api/berth/v1/users/${userId}/sessions/${id}`, user?.username ?? '')} />
    </ConfirmChange>
  );
}

function EndOthers({ userId, username, own, onClose }: Omit<EndingProps, 'doing'>): ReactNode {
  const said = useTexts(sessionsTexts);
  const ui = useTexts(uiTexts);
  const { language } = useLanguage();
  const toast = useToast();
  const { user } = useSession();
  const end = useChange('DELETE /api/berth/v1/users/{user_id}/sessions');
  return (
    <ConfirmChange
      title={own ? said.endOthers : ui.named(said.endAll, username)}
      effect={own ? said.endOthersText : said.endAllText(username)}
      undo={said.endUndo}
      action={own ? said.endOthers : said.endAll}
      busy={end.isPending}
      error={end.error}
      onClose={onClose}
      onConfirm={() =>
        end.mutate(
          { path: { user_id: userId } },
          {
            onSuccess: ({ ended = 0 }) => {
              toast({ text: said.ended(formatNumber(ended, language)) });
              onClose();
            },
          },
        )
      }
    >
      <AsCommand api={curl('DELETE', `/api/berth/v1/users/${userId}/sessions`, user?.username ?? '')} />
    </ConfirmChange>
  );
}
