import { type ReactNode, type SubmitEvent, useEffect, useState } from 'react';
import { useSession } from '../api/session.tsx';
import { LinkButton } from '../ui/controls/button.tsx';
import { Menu } from '../ui/controls/menu.tsx';
import { LanguageSwitch, ThemeMenu } from '../ui/controls/preferences.tsx';
import { Link } from '../ui/navigation/link.tsx';
import { navigate, usePlace } from '../ui/navigation/location.ts';
import { outward } from '../ui/navigation/prefix.ts';
import { Icon } from '../ui/show/icon.tsx';
import { Logo } from '../ui/show/logo.tsx';
import { useTexts } from '../ui/text/language.tsx';
import { Overlays } from './overlays.tsx';
import { shellTexts } from './text.ts';

export function Header({ navigation }: { readonly navigation: ReactNode }): ReactNode {
  const said = useTexts(shellTexts);
  const { user } = useSession();
  return (
    <header className="top">
      {navigation}
      <Link to="/" className="brand" aria-label={said.home}>
        <Logo />
        <span>Berth</span>
      </Link>
      <SearchBox />
      <Overlays />
      <div className="top-end">
        <LanguageSwitch />
        <ThemeMenu />
        {user === undefined ? (
          <LinkButton to="/signin">{said.signIn}</LinkButton>
        ) : (
          <Account name={user.username ?? ''} />
        )}
      </div>
    </header>
  );
}

function SearchBox(): ReactNode {
  const said = useTexts(shellTexts);
  const { search, path } = usePlace();
  const asked = path === '/search' ? (new URLSearchParams(search).get('q') ?? '') : '';
  const [text, setText] = useState(asked);
  useEffect(() => setText(asked), [asked]);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const words = text.trim();
    if (words !== '') navigate(`/search?q=${encodeURIComponent(words)}`);
  };
  return (
    <form className="search" role="search" onSubmit={submit}>
      <Icon name="search" />
      <input
        type="search"
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder={said.search}
        aria-label={said.search}
        aria-keyshortcuts="/"
        autoComplete="off"
        spellCheck={false}
      />
    </form>
  );
}

function Account({ name }: { readonly name: string }): ReactNode {
  const said = useTexts(shellTexts);
  const { signOut } = useSession();
  return (
    <Menu
      label={said.account(name)}
      icon="user"
      text={name}
      items={[
        { label: said.ownAccount, icon: 'user', onChoose: () => navigate('/me') },
        {
          label: said.apiPage,
          icon: 'external',
          onChoose: () => location.assign(outward('/devcenter-api-2.0')),
        },
        {
          label: said.signOut,
          icon: 'signOut',
          onChoose: () => void signOut(),
        },
      ]}
    />
  );
}
