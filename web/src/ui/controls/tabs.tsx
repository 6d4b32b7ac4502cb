import type { ReactNode } from 'react';
import { Link } from '../navigation/link.tsx';

export interface Tab {
  readonly to: string;
  readonly label: string;
  readonly count?: string | undefined;
  readonly current: boolean;
}

/** Tabs are links: each has an address of its own. */
export function Tabs({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }): ReactNode {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <Link key={tab.to} to={tab.to} aria-current={tab.current ? 'page' : undefined}>
          {tab.label}
          {tab.count === undefined ? null : <span className="count">{tab.count}</span>}
        </Link>
      ))}
    </nav>
  );
}
