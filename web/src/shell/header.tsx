import { type ReactNode, type SubmitEvent, useEffect, useRef, useState } from 'react';
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
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const toBox = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || takesText(event.target))
        return;
      event.preventDefault();
      box.current?.focus();
      box.current?.select();
    };
    addEventListener('keydown', toBox);
    return () => removeEventListener('keydown', toBox);
  }, []);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const words = text.trim();
    if (words !== '') navigate(`/search?q=${encodeURIComponent(words)}`);
  };
  return (
    <form className="search" role="search" onSubmit={submit}>
      <Icon name="search" />
      <input
        ref={box}
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

/** Where a slash is typed, and where nothing behind a dialog is to be reached. */
function takesText(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, dialog') !== null;
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
