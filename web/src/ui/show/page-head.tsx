import type { ReactNode } from 'react';
import { IconButton } from '../controls/button.tsx';
import { Link } from '../navigation/link.tsx';
import { useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';
import { useCopy } from './use-copy.ts';

export interface Crumb {
  readonly to: string;
  readonly label: string;
}

interface PageHeadProps {
  /** The way from above to here. */
  readonly crumbs?: readonly Crumb[];
  readonly title: ReactNode;
  /** The title where it is a name that is typed elsewhere: it is put on the clipboard. */
  readonly copies?: string | undefined;
  /** What the page is about in a line: facts, badges. */
  readonly facts?: ReactNode;
  /** At most one of them primary. */
  readonly actions?: ReactNode;
}

export function PageHead({ crumbs = [], title, copies, facts, actions }: PageHeadProps): ReactNode {
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
        {copies === undefined ? (
          <h1>{title}</h1>
        ) : (
          <div className="title-line">
            <h1>{title}</h1>
            <CopyName name={copies} />
          </div>
        )}
        {facts === undefined ? null : <div className="facts">{facts}</div>}
      </div>
      {actions === undefined ? null : <div className="page-actions">{actions}</div>}
    </header>
  );
}

function CopyName({ name }: { readonly name: string }): ReactNode {
  const said = useTexts(uiTexts);
  const { copied, copy } = useCopy();
  return (
    <IconButton
      small
      icon={copied ? 'check' : 'copy'}
      label={copied ? said.copied : said.copyName}
      onClick={() => copy(name)}
    />
  );
}
