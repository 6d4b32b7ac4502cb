import { type ReactNode, useEffect, useRef } from 'react';
import { Link } from '../navigation/link.tsx';
import { useMore } from './use-more.ts';

export interface Tab {
  readonly to: string;
  readonly label: string;
  readonly count?: string | undefined;
  readonly current: boolean;
}

/** Tabs are links: each has an address of its own. Where they have no room, an edge fades behind which there are more. */
export function Tabs({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }): ReactNode {
  const nav = useRef<HTMLElement>(null);
  const more = useMore(nav);
  const current = tabs.find((tab) => tab.current)?.to;
  // In a narrow window it may be out of sight.
  useEffect(() => {
    if (current !== undefined)
      nav.current?.querySelector('[aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [current]);
  return (
    <nav className="tabs" aria-label={label} ref={nav} data-more={more}>
      {tabs.map((tab) => (
        <Link key={tab.to} to={tab.to} aria-current={tab.current ? 'page' : undefined}>
          {tab.label}
          {tab.count === undefined ? null : <span className="count">{tab.count}</span>}
        </Link>
      ))}
    </nav>
  );
}
