import type { ReactNode } from 'react';
import { formatNumber } from '../text/format.ts';
import { useLanguage, useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';

interface TotalProps {
  /** Of all pages; undefined: not known yet. */
  readonly total: number | undefined;
  /** Whether only what matches was counted. */
  readonly filtered: boolean;
  /** How many there are without the filter; undefined: not known. */
  readonly whole?: number | undefined;
  /** There are more: counting ended there. */
  readonly atLeast?: boolean;
}

/** How many there are, or how many match; nothing of an empty list, which says so itself. It keeps its place until it is known. */
export function Total({ total, filtered, whole, atLeast }: TotalProps): ReactNode {
  const said = useTexts(uiTexts);
  const { language } = useLanguage();
  if (total === 0 && !filtered) return null;
  if (total === undefined)
    return (
      <span className="meta total" aria-hidden="true">
        …
      </span>
    );
  const count = formatNumber(total, language);
  if (filtered && atLeast !== true && whole !== undefined && whole >= total)
    return (
      <span className="meta total" role="status">
        {said.matchesOf(count, formatNumber(whole, language))}
      </span>
    );
  const textOf =
    atLeast === true
      ? filtered
        ? said.matchesAtLeast
        : said.inAllAtLeast
      : filtered
        ? said.matches
        : said.inAll;
  return (
    <span className="meta total" role="status">
      {textOf(count)}
    </span>
  );
}
