import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { connection } from '../api/connection.ts';
import { useSession } from '../api/session.tsx';
import { IconButton } from '../ui/controls/button.tsx';
import { Link } from '../ui/navigation/link.tsx';
import { usePlace } from '../ui/navigation/location.ts';
import type { NavigationEntry, Page } from '../ui/navigation/page.ts';
import { Icon } from '../ui/show/icon.tsx';
import { useLanguage, useTexts } from '../ui/text/language.tsx';
import { pages } from './all-pages.ts';
import { Header } from './header.tsx';
import { SessionEnded } from './session-ended.tsx';
import { shellTexts } from './text.ts';
import { ViewBanner } from './view-banner.tsx';

/** Header, navigation and what every page has. */
export function Frame({ children }: { readonly children: ReactNode }): ReactNode {
  const said = useTexts(shellTexts);
  const { path } = usePlace();
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [path]);
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {said.skip}
      </a>
      <Header
        navigation={
          <span className="only-narrow">
            <IconButton
              icon={open ? 'close' : 'menu'}
              label={open ? said.closeNavigation : said.openNavigation}
              aria-expanded={open}
              onClick={() => setOpen(!open)}
            />
          </span>
        }
      />
      <Navigation open={open} />
      <main id="content" className="content" tabIndex={-1}>
        <ViewBanner />
        <Lost />
        {children}
      </main>
      <SessionEnded />
    </div>
  );
}

type WithEntry = Page & { readonly entry: NavigationEntry };

function hasEntry(page: Page): page is WithEntry {
  return page.entry !== undefined;
}

function Navigation({ open }: { readonly open: boolean }): ReactNode {
  const said = useTexts(shellTexts);
  const { user, isAdministrator } = useSession();
  const shown = pages
    .filter(hasEntry)
    .filter(({ entry, open: forAll }) =>
      user === undefined ? forAll === true : entry.for === undefined || isAdministrator,
    )
    .toSorted((a, b) => a.entry.order - b.entry.order);
  const groups = { main: said.groupMain, operate: said.groupOperate, admin: said.groupAdmin };
  return (
    <nav className={`side${open ? ' open' : ''}`} aria-label={said.navigation}>
      {(['main', 'operate', 'admin'] as const).map((group) => {
        const entries = shown.filter(({ entry }) => entry.group === group);
        return entries.length === 0 ? null : (
          <div key={group} className="side-group">
            {group === 'main' ? null : <h2>{groups[group]}</h2>}
            {entries.map((page) => (
              <Entry key={page.path} page={page} />
            ))}
          </div>
        );
      })}
    </nav>
  );
}

function Entry({ page: { path, entry } }: { readonly page: WithEntry }): ReactNode {
  const { path: now } = usePlace();
  const { language } = useLanguage();
  const within = entry.within ?? path;
  const current = now === path || now === within || (within !== '/' && now.startsWith(`${within}/`));
  return (
    <Link to={path} aria-current={current ? 'page' : undefined} title={entry.label[language]}>
      <Icon name={entry.icon} size={18} />
      <span>{entry.label[language]}</span>
    </Link>
  );
}

/** What is on the page stays, and says that it is old. */
function Lost(): ReactNode {
  const said = useTexts(shellTexts);
  const since = useSyncExternalStore(
    (listener) => connection.subscribe(listener),
    () => connection.lostSince,
  );
  if (since === undefined) return null;
  return (
    <div className="banner warning" role="alert">
      <Icon name="warning" />
      <span>
        <strong>{said.lostTitle}.</strong> {said.lostText}
      </span>
    </div>
  );
}
