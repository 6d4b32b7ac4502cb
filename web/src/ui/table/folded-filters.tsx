import { type ReactNode, useId, useState } from 'react';
import { Button } from '../controls/button.tsx';
import { useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';

interface FoldedFiltersProps {
  /** How many of them are set. */
  readonly set: number;
  /** The fields. */
  readonly children: ReactNode;
}

/** Side by side; in a narrow window behind a button that tells how many are set, so that the list begins above the fold. */
export function FoldedFilters({ set, children }: FoldedFiltersProps): ReactNode {
  const said = useTexts(uiTexts);
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <>
      <Button
        className="fold-filters"
        icon="settings"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {set === 0 ? said.filters : said.filtersSet(set)}
      </Button>
      <div id={id} className={open ? 'folded open' : 'folded'}>
        {children}
      </div>
    </>
  );
}
