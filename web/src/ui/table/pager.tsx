import type { ReactNode } from 'react';
import { IconButton } from '../controls/button.tsx';
import { formatNumber } from '../text/format.ts';
import { useLanguage, useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';

interface PagerProps {
  readonly page: number;
  readonly pageSize: number;
  readonly total: number | undefined;
  readonly onPage: (page: number) => void;
}

/** The pages of a list; nothing where there is one only. */
export function Pager({ page, pageSize, total, onPage }: PagerProps): ReactNode {
  const said = useTexts(uiTexts);
  const { language } = useLanguage();
  if (total === undefined || total <= pageSize) return null;
  const to = Math.min(total, page * pageSize);
  return (
    <nav className="pages" aria-label={said.pages}>
      <span className="meta">{said.rows((page - 1) * pageSize + 1, to, formatNumber(total, language))}</span>
      <IconButton
        icon="chevron"
        className="backwards"
        label={said.previous}
        busy={page <= 1}
        onClick={() => onPage(page - 1)}
      />
      <IconButton
        icon="chevron"
        className="forwards"
        label={said.next}
        busy={to >= total}
        onClick={() => onPage(page + 1)}
      />
    </nav>
  );
}
