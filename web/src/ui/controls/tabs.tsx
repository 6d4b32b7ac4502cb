import { type FocusEvent, type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { Link } from '../navigation/link.tsx';
import { Icon } from '../show/icon.tsx';
import { useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';
import { fitTabs } from './fit-tabs.ts';
import { useOutside } from './use-outside.ts';

export interface Tab {
  readonly to: string;
  readonly label: string;
  readonly count?: string | undefined;
  readonly current: boolean;
}

/** Tabs are links: each has an address of its own. Those that have no room are behind a button; the current one is never. */
export function Tabs({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }): ReactNode {
  const nav = useRef<HTMLElement>(null);
  const shown = useFitting(nav, tabs);
  const current = tabs.find((tab) => tab.current)?.to;
  useEffect(() => {
    if (current !== followed.to) return;
    followed.to = '';
    nav.current?.querySelector<HTMLElement>(':scope > [aria-current]')?.focus();
  }, [current]);
  const away = tabs.filter((_tab, at) => !shown.includes(at));
  return (
    <nav className="tabs" aria-label={label} ref={nav}>
      {tabs.map((tab, at) => (
        <TabLink key={tab.to} tab={tab} {...(shown.includes(at) ? {} : { className: 'away' })} />
      ))}
      <MoreTabs tabs={away} />
    </nav>
  );
}

/** The tab that was followed last: the page of it may be drawn from nothing, and the keyboard is to stay where it was. */
const followed = { to: '' };

function TabLink({ tab, className }: { readonly tab: Tab; readonly className?: string }): ReactNode {
  const follow = (): void => {
    followed.to = tab.to;
  };
  return (
    <Link to={tab.to} className={className} onFollow={follow} aria-current={tab.current ? 'page' : undefined}>
      {tab.label}
      {tab.count === undefined ? null : <span className="count">{tab.count}</span>}
    </Link>
  );
}

/** Is there, unseen, where all fit: it is measured with the tabs. */
function MoreTabs({ tabs }: { readonly tabs: readonly Tab[] }): ReactNode {
  const said = useTexts(uiTexts);
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useOutside(root, open, () => setOpen(false));
  const addresses = tabs.map(({ to }) => to).join(' ');
  useEffect(() => setOpen(false), [addresses]);
  const left = ({ relatedTarget }: FocusEvent): void => {
    if (relatedTarget instanceof Node && root.current?.contains(relatedTarget) === false) setOpen(false);
  };
  return (
    <div
      className={tabs.length === 0 ? 'tabs-more away' : 'tabs-more'}
      ref={root}
      onBlur={left}
      onKeyDown={({ key }) => {
        if (key !== 'Escape' || !open) return;
        setOpen(false);
        button.current?.focus();
      }}
    >
      <button
        type="button"
        ref={button}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {said.moreTabs(tabs.length)}
        <Icon name="chevron" size={14} />
      </button>
      {open && tabs.length > 0 ? (
        <ul id={id}>
          {tabs.map((tab) => (
            <li key={tab.to}>
              <TabLink tab={tab} />
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

/** Before anything is seen, and whenever there is another width, or a font or a number makes a tab wider. */
function useFitting(nav: { readonly current: HTMLElement | null }, tabs: readonly Tab[]): readonly number[] {
  const [shown, setShown] = useState<readonly number[]>(() => tabs.map((_tab, at) => at));
  const current = tabs.findIndex((tab) => tab.current);
  const words = tabs.map(({ label, count = '' }) => `${label} ${count}`).join('\n');
  useLayoutEffect(() => {
    const element = nav.current;
    if (element === null) return undefined;
    const links = [...element.querySelectorAll<HTMLElement>(':scope > a')];
    const more = element.querySelector<HTMLElement>('.tabs-more');
    const fit = (): void => {
      const next = fitTabs({
        widths: links.map((link) => Math.ceil(link.getBoundingClientRect().width)),
        gap: Number.parseFloat(getComputedStyle(element).columnGap) || 0,
        room: element.clientWidth,
        more: Math.ceil(more?.getBoundingClientRect().width ?? 0),
        current,
      });
      setShown((before) => (before.join() === next.join() ? before : next));
    };
    fit();
    const sizes = new ResizeObserver(fit);
    for (const each of [element, ...links]) sizes.observe(each);
    return () => sizes.disconnect();
  }, [nav, words, current]);
  return shown;
}
