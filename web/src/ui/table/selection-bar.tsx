import type { ReactNode } from 'react';
import { Button } from '../controls/button.tsx';
import { formatNumber } from '../text/format.ts';
import { useLanguage, useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';
import type { Choice } from './choice.ts';

interface SelectionBarProps {
  readonly choice: Choice;
  /** Of the rows of this page. */
  readonly keys: readonly string[];
  /** That match, on all pages. */
  readonly total: number;
  /** What can be done with what is chosen. */
  readonly children: ReactNode;
}

/** At the lower edge of the window as long as something is chosen, so that no row moves. */
export function SelectionBar({ choice, keys, total, children }: SelectionBarProps): ReactNode {
  const said = useTexts(uiTexts);
  const { language } = useLanguage();
  const { everything, except, selection, all, clear } = choice;
  const count = everything ? Math.max(0, total - except.size) : selection.chosen.size;
  if (count === 0) return null;
  const number = (value: number): string => formatNumber(value, language);
  const wholePage = keys.every((key) => selection.chosen.has(key)) && count === keys.length;
  return (
    <section className="selection-bar" aria-label={said.selection}>
      <p role="status">
        {everything
          ? except.size === 0
            ? said.everythingSelected(number(total))
            : said.mostSelected(number(count), number(total))
          : wholePage
            ? said.pageSelected(number(count))
            : said.selected(count)}
      </p>
      {everything || wholePage ? null : (
        <Button
          look="quiet"
          className="narrow-only"
          onClick={() => selection.onChosen(new Set([...selection.chosen, ...keys]))}
        >
          {said.selectAll}
        </Button>
      )}
      {(everything ? except.size > 0 : wholePage && total > count) ? (
        <Button look="quiet" onClick={all}>
          {said.selectEverything(number(total))}
        </Button>
      ) : null}
      <div className="selection-actions">
        <Button look="quiet" onClick={clear}>
          {said.clearSelection}
        </Button>
        {children}
      </div>
    </section>
  );
}
