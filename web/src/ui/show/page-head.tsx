import type { ReactNode } from 'react';
import { Link } from '../navigation/link.tsx';

export interface Crumb {
  readonly to: string;
  readonly label: string;
}

interface PageHeadProps {
  /** The way from above to here. */
  readonly crumbs?: readonly Crumb[];
  readonly title: ReactNode;
  /** What the page is about in a line: facts, badges. */
  readonly facts?: ReactNode;
  /** At most one of them primary. */
  readonly actions?: ReactNode;
}

export function PageHead({ crumbs = [], title, facts, actions }: PageHeadProps): ReactNode {
  return (
    <header className="page-head">
      <div className="page-head-text">
        {crumbs.length === 0 ? null : (
          <nav className="crumbs" aria-label="breadcrumb">
            {crumbs.map((crumb) => (
              <Link key={crumb.to} to={crumb.to}>
                {crumb.label}
              </Link>
            ))}
          </nav>
        )}
        <h1>{title}</h1>
        {facts === undefined ? null : <div className="facts">{facts}</div>}
      </div>
      {actions === undefined ? null : <div className="page-actions">{actions}</div>}
    </header>
  );
}
