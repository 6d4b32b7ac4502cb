import { type ReactNode, useEffect } from 'react';
import { useSession } from '../../api/session.tsx';
import { SignInForm } from '../../api/sign-in-form.tsx';
import { LanguageSwitch, ThemeMenu } from '../../ui/controls/preferences.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { navigate, ownAddress, usePlace } from '../../ui/navigation/location.ts';
import { CodeBlock } from '../../ui/show/code-block.tsx';
import { Logo } from '../../ui/show/logo.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { signInPageTexts } from './text.ts';

export function SignInPage(): ReactNode {
  const said = useTexts(signInPageTexts);
  const { user } = useSession();
  const { search } = usePlace();
  const next = ownAddress(new URLSearchParams(search).get('next'));
  const signedIn = user !== undefined;
  useEffect(() => {
    if (signedIn) navigate(next, 'replace');
  }, [signedIn, next]);
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <div className="sign-in-head">
          <Logo size={32} />
          <h1>Berth</h1>
          <LanguageSwitch />
          <ThemeMenu />
        </div>
        <p className="lead">
          {said.lead} <code>{location.host}</code>
        </p>
        <SignInForm onSignedIn={() => undefined} />
        <p>
          <Link to="/p">{said.browse}</Link>
        </p>
        <details>
          <summary>{said.forgotten}</summary>
          <p>{said.forgottenText}</p>
          <CodeBlock code="berth admin reset-password" label={said.command} />
        </details>
      </div>
    </main>
  );
}
