import { type ReactNode, type SubmitEvent, useState } from 'react';
import { Button } from '../ui/controls/button.tsx';
import { TextField } from '../ui/controls/field.tsx';
import { useTexts } from '../ui/text/language.tsx';
import { ApiError } from './api-error.ts';
import { useFailureText } from './failure.tsx';
import { useSession } from './session.tsx';
import { signInTexts } from './sign-in-text.ts';

interface SignInFormProps {
  /** Whose session has ended: nobody else can go on with it. */
  readonly username?: string | undefined;
  readonly onSignedIn: () => void;
}

export function SignInForm({ username, onSignedIn }: SignInFormProps): ReactNode {
  const said = useTexts(signInTexts);
  const failureText = useFailureText();
  const { signIn } = useSession();
  const [name, setName] = useState(username ?? '');
  const [password, setPassword] = useState('');
  const [capsLock, setCapsLock] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    signIn(name, password).then(onSignedIn, (error: unknown) => {
      setBusy(false);
      const known = error instanceof Error ? error : new Error(String(error));
      setProblem(known instanceof ApiError && known.status === 401 ? said.refused : failureText(known));
    });
  };
  return (
    <form className="form" onSubmit={submit}>
      <TextField
        label={said.username}
        value={name}
        onValue={setName}
        autoComplete="username"
        name="principal"
        required
        autoFocus={username === undefined}
        readOnly={username !== undefined}
      />
      <TextField
        label={said.password}
        type="password"
        value={password}
        onValue={setPassword}
        autoComplete="current-password"
        name="password"
        required
        autoFocus={username !== undefined}
        problem={problem}
        help={capsLock ? said.capsLock : undefined}
        onKeyUp={(event) => setCapsLock(event.getModifierState('CapsLock'))}
      />
      <Button look="primary" submit busy={busy}>
        {busy ? said.signingIn : said.signIn}
      </Button>
    </form>
  );
}
