import type { ReactNode } from 'react';
import { IconButton } from '../controls/button.tsx';
import { SelectField } from '../controls/field.tsx';
import { formatNumber } from '../text/format.ts';
import { useLanguage, useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';
import { pageSizes } from './list-state.ts';

interface PagerProps {
  readonly page: number;
  readonly pageSize: number;
  readonly total: number | undefined;
  readonly onPage: (page: number) => void;
  /** Default: how many rows a page has is not for choosing. */
  readonly onSize?: ((size: string) => void) | undefined;
}

/** The pages of a list; nothing where there is one only. */
export function Pager({ page, pageSize, total, onPage, onSize }: PagerProps): ReactNode {
  const said = useTexts(uiTexts);
  const { language } = useLanguage();
  if (total === undefined || total <= (onSize === undefined ? pageSize : pageSizes[0])) return null;
  const to = Math.min(total, page * pageSize);
  return (
    <nav className="pages" aria-label={said.pages}>
      {onSize === undefined ? null : (
        <SelectField
          quiet
          label={said.pageSize}
          value={String(pageSize)}
          onValue={onSize}
          options={pageSizes.map((size) => ({
            value: String(size),
            label: said.perPage(formatNumber(size, language)),
          }))}
        />
      )}
      <span className="meta">{said.rows((page - 1) * pageSize + 1, to, formatNumber(total, language))}</span>
      <IconButton
        icon="chevron"
        className="backwards"
        label={said.previous}
        whyNot={page <= 1 ? said.firstPage : undefined}
        onClick={() => onPage(page - 1)}
      />
      <IconButton
        icon="chevron"
        className="forwards"
        label={said.next}
        whyNot={to >= total ? said.lastPage : undefined}
        onClick={() => onPage(page + 1)}
      />
    </nav>
  );
}
