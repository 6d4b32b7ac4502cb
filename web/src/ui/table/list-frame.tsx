import { type ReactNode, useEffect, useState } from 'react';
import { Button } from '../controls/button.tsx';
import { formatNumber } from '../text/format.ts';
import { useLanguage, useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';
import type { ListState } from './list-state.ts';
import { Pager } from './pager.tsx';

interface ListFrameProps {
  readonly state: ListState;
  /** Of all pages; undefined: not known yet. */
  readonly total: number | undefined;
  /** Default: nothing is looked for by a text. */
  readonly filterLabel?: string;
  /** Beside the filter: further filters. */
  readonly filters?: ReactNode;
  /** At the end of the bar: what can be done. */
  readonly actions?: ReactNode;
  /** How many rows a page has is for choosing: `defaults` of the state have a `size`. */
  readonly sizes?: boolean;
  /** What can be done with what is chosen, below the table. */
  readonly selected?: ReactNode;
  readonly children: ReactNode;
}

/** Around a table: its filter, its count, its pages. */
export function ListFrame(props: ListFrameProps): ReactNode {
  const { state, total, filterLabel, filters, actions, selected, sizes, children } = props;
  const said = useTexts(uiTexts);
  const { language } = useLanguage();
  return (
    <section className="list">
      {filterLabel === undefined && filters === undefined && actions === undefined ? null : (
        <div className="list-bar">
          {filterLabel === undefined ? null : <FilterBox state={state} label={filterLabel} />}
          {filters}
          {state.filter !== '' && total !== undefined ? (
            <span className="meta" role="status">
              {said.matches(formatNumber(total, language))}
            </span>
          ) : null}
          <div className="list-actions">{actions}</div>
        </div>
      )}
      {children}
      {selected}
      <Pager
        page={state.page}
        pageSize={state.pageSize}
        total={total}
        onPage={(page) => state.change({ page: String(page) })}
        onSize={sizes === true ? (size) => state.change({ size, page: '1' }) : undefined}
      />
    </section>
  );
}

const typingMs = 250;

/** What is typed goes into the address when the typing rests; an input method's letters only when they are chosen. */
function FilterBox({ state, label }: { readonly state: ListState; readonly label: string }): ReactNode {
  const said = useTexts(uiTexts);
  const { filter, change } = state;
  const [text, setText] = useState(filter);
  const [composing, setComposing] = useState(false);
  useEffect(() => setText(filter), [filter]);
  useEffect(() => {
    if (composing || text === filter) return undefined;
    const timer = setTimeout(() => change({ q: text, page: '1' }, 'replace'), typingMs);
    return () => clearTimeout(timer);
  });
  return (
    <div className="filter">
      <input
        type="search"
        value={text}
        placeholder={label}
        aria-label={label}
        onChange={(event) => setText(event.target.value)}
        onCompositionStart={() => setComposing(true)}
        onCompositionEnd={() => setComposing(false)}
        autoComplete="off"
        spellCheck={false}
      />
      {text === '' ? null : (
        <Button look="quiet" small onClick={() => setText('')}>
          {said.clear}
        </Button>
      )}
    </div>
  );
}
