import { type ReactNode, type SubmitEvent, useState } from 'react';
import { useFailureText } from '../../../api/failure.tsx';
import { useSession } from '../../../api/session.tsx';
import { useChange } from '../../../api/use-change.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/field.tsx';
import { useToast } from '../../../ui/feedback/toast.tsx';
import { PageHead } from '../../../ui/show/page-head.tsx';
import { Badge } from '../../../ui/show/values.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { GrantsOf } from '../parts/grants-of.tsx';
import { SecretOnce } from '../parts/secret-once.tsx';
import { TokensOf } from '../parts/tokens-of.tsx';
import { SessionsOf } from '../sessions/sessions-of.tsx';
import { KeysCard } from './keys-card.tsx';
import { NewToken } from './new-token.tsx';
import { PasswordCard } from './password-card.tsx';
import { accountTexts } from './text.ts';

/** The account of who looks. */
export function AccountPage(): ReactNode {
  const said = useTexts(accountTexts);
  const { user, isAdministrator } = useSession();
  const { user_id: id = 0, username = '' } = user ?? {};
  return (
    <>
      <PageHead
        title={said.title}
        facts={
          <>
            <strong>{username}</strong>
            {isAdministrator ? <Badge kind="accent">{said.administrator}</Badge> : null}
          </>
        }
      />
      <div className="stack">
        <Tokens userId={id} username={username} />
        <SessionsOf userId={id} username={username} />
        <div className="columns even">
          <Profile />
          <PasswordCard userId={id} />
        </div>
        <KeysCard />
        <GrantsOf who={username} own />
      </div>
    </>
  );
}

interface TokensProps {
  readonly userId: number;
  readonly username: string;
}

function Tokens({ userId, username }: TokensProps): ReactNode {
  const said = useTexts(accountTexts);
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<{ readonly name: string; readonly token: string }>();
  return (
    <>
      <TokensOf
        userId={userId}
        username={username}
        emptyText={said.noTokens}
        action={
          <Button icon="plus" onClick={() => setMaking(true)}>
            {said.newToken}
          </Button>
        }
      />
      {making ? <NewToken userId={userId} onMade={setMade} onClose={() => setMaking(false)} /> : null}
      {made === undefined ? null : (
        <SecretOnce
          title={said.tokenOf(made.name)}
          username={username}
          secret={made.token}
          onClose={() => setMade(undefined)}
        />
      )}
    </>
  );
}

function Profile(): ReactNode {
  const said = useTexts(accountTexts);
  const failureText = useFailureText();
  const toast = useToast();
  const { user } = useSession();
  const { user_id: id = 0, email = '', realname = '', comment = '' } = user ?? {};
  const [draft, setDraft] = useState({ email, realname, comment });
  const save = useChange('PUT /api/v2.0/users/{user_id}');
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    save.mutate({ path: { user_id: id }, body: draft }, { onSuccess: () => toast({ text: said.saved }) });
  };
  const field = (key: keyof typeof draft) => ({
    value: draft[key],
    onValue: (value: string) => setDraft((now) => ({ ...now, [key]: value })),
  });
  return (
    <section className="card">
      <h2>{said.profile}</h2>
      <form className="form" onSubmit={submit}>
        <TextField label={said.person} {...field('realname')} autoComplete="name" required />
        <TextField label={said.email} {...field('email')} type="email" autoComplete="email" />
        <TextField
          label={said.comment}
          {...field('comment')}
          problem={save.error === null ? undefined : failureText(save.error)}
        />
        <div>
          <Button submit busy={save.isPending}>
            {said.save}
          </Button>
        </div>
      </form>
    </section>
  );
}
