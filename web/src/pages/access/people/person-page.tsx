import { type ReactNode, useState } from 'react';
import type { Row } from '../../../api/call.ts';
import { Failure } from '../../../api/failure.tsx';
import { useSession } from '../../../api/session.tsx';
import { useList } from '../../../api/use-list.ts';
import { Button, LinkButton } from '../../../ui/controls/button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { Skeleton } from '../../../ui/feedback/skeleton.tsx';
import { Link } from '../../../ui/navigation/link.tsx';
import type { PageProps } from '../../../ui/navigation/page.ts';
import { PageHead } from '../../../ui/show/page-head.tsx';
import { Badge, Time } from '../../../ui/show/values.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { uiTexts } from '../../../ui/text.ts';
import { GrantsOf } from '../parts/grants-of.tsx';
import { TokensOf } from '../parts/tokens-of.tsx';
import { SessionsOf } from '../sessions/sessions-of.tsx';
import { type PersonDoing, PersonDoings } from './person-doings.tsx';
import { peopleTexts } from './text.ts';
import { ViewAs } from './view-as.tsx';

type User = Row<'GET /api/v2.0/users'>;

/** One account, by its name. */
export function PersonPage({ params: { user: name = '' } }: PageProps): ReactNode {
  const said = useTexts(peopleTexts);
  const crumbs = [{ to: '/access/people', label: said.title }];
  const { data, error, refetch } = useList('GET /api/v2.0/users', {
    query: { page: 1, page_size: 1, first_administrator: true, q: `username=${encodeURIComponent(name)}` },
  });
  const found = data?.rows.find(({ username }) => username === name);
  if (found !== undefined) return <Person account={found} />;
  return (
    <>
      <PageHead crumbs={crumbs} title={name} />
      {error !== null ? (
        <Failure error={error} onAgain={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton lines={8} />
      ) : (
        <Empty title={said.noSuch(name)} action={<LinkButton to="/access/people">{said.all}</LinkButton>}>
          {said.noSuchText}
        </Empty>
      )}
    </>
  );
}

function Person({ account }: { readonly account: User }): ReactNode {
  const said = useTexts(peopleTexts);
  const ui = useTexts(uiTexts);
  const { user, isAdministrator } = useSession();
  const [doing, setDoing] = useState<PersonDoing>();
  const [viewing, setViewing] = useState(false);
  const {
    username = '',
    user_id: id = 0,
    sysadmin_flag: isAdmin = false,
    disabled: isDisabled = false,
    realname,
    email,
    comment,
  } = account;
  const whyNot = user?.user_id === id ? said.self : undefined;
  const actions = (
    <>
      {isAdministrator ? (
        <Button onClick={() => setViewing(true)} whyNot={whyNot} whyBy="hint">
          {said.viewAs}
        </Button>
      ) : null}
      <Button onClick={() => setDoing('admin')} whyNot={whyNot} whyBy="hint">
        {isAdmin ? said.takeAdmin : said.makeAdmin}
      </Button>
      <Button onClick={() => setDoing('password')} whyNot={whyNot} whyBy="hint">
        {said.setPassword}
      </Button>
      <Button onClick={() => setDoing('switch')} whyNot={whyNot} whyBy="hint">
        {isDisabled ? said.enable : said.disable}
      </Button>
      <Button look="danger" onClick={() => setDoing('delete')} whyNot={whyNot}>
        {said.deleteUser}
      </Button>
    </>
  );
  return (
    <>
      <PageHead
        crumbs={[{ to: '/access/people', label: said.title }]}
        title={username}
        facts={
          <>
            {isAdmin ? <Badge kind="accent">{said.administrator}</Badge> : null}
            {isDisabled ? <Badge kind="danger">{said.disabled}</Badge> : null}
            <span>{realname}</span>
            <span>{email}</span>
            <span>
              {said.created}
              {ui.colon}
              <Time at={account.creation_time} />
            </span>
            {comment === undefined ? null : <span lang="">{comment}</span>}
          </>
        }
        actions={actions}
      />
      <div className="stack">
        <GrantsOf who={username} />
        <TokensOf userId={id} username={username} />
        <SessionsOf userId={id} username={username} />
        <section className="card stack">
          <h2>{said.robots}</h2>
          <p>{said.robotsText(username)}</p>
          <p>
            <Link
              to={`/activity?${new URLSearchParams({ actor: `=${username}`, type: 'robot.created' }).toString()}`}
            >
              {said.robotsMade(username)}
            </Link>
          </p>
        </section>
      </div>
      {viewing ? <ViewAs username={username} onClose={() => setViewing(false)} /> : null}
      <PersonDoings account={account} doing={doing} onClose={() => setDoing(undefined)} />
    </>
  );
}
