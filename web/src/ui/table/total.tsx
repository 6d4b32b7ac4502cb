import type { ReactNode } from 'react';
import { formatNumber } from '../text/format.ts';
import { useLanguage, useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';

interface TotalProps {
  /** Of all pages; undefined: not known yet. */
  readonly total: number | undefined;
  /** Whether only what matches was counted. */
  readonly filtered: boolean;
}

/** How many there are, or how many match; nothing of an empty list, which says so itself. */
export function Total({ total, filtered }: TotalProps): ReactNode {
  const said = useTexts(uiTexts);
  const { language } = useLanguage();
  if (total === undefined || (total === 0 && !filtered)) return null;
  const count = formatNumber(total, language);
  return (
    <span className="meta total" role="status">
      {filtered ? said.matches(count) : said.inAll(count)}
    </span>
  );
}
