import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Button } from '../controls/button.tsx';
import { Hint } from '../controls/hint.tsx';
import { Empty } from '../feedback/empty.tsx';
import { useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';
import { FoldedFilters } from './folded-filters.tsx';
import { Chips, chipsOf, FilterFields, type ListFilter, withFilter } from './list-filter.tsx';
import type { ListSearch, ListState } from './list-state.ts';
import { NoMatch } from './no-match.ts';
import { OrderPlace } from './order-place.ts';
import { Pager } from './pager.tsx';
import { Total } from './total.tsx';
import { type CountQuery, useWhole } from './use-whole.ts';

interface ListFrameProps<T extends ListSearch> {
  readonly state: ListState<T>;
  /** Of all pages; undefined: not known yet. */
  readonly total: number | undefined;
  /** How many there are whatever it is filtered by; default: it is told where it was seen. */
  readonly unfiltered?: CountQuery;
  /** Default: nothing is looked for by a text. */
  readonly filterLabel?: string;
  /** How the text is looked for. */
  readonly filterHelp?: string;
  /** Beside the text: by what else it is filtered. */
  readonly filters?: readonly ListFilter<Extract<keyof T, string>>[];
  /** Beside the filters: how it is shown, which is no filter. */
  readonly views?: ReactNode;
  /** At the end of the bar: what can be done. */
  readonly actions?: ReactNode;
  /** How many rows a page has is for choosing: `defaults` of the state have a `size`. */
  readonly sizes?: boolean;
  /** What can be done with what is chosen, below the table. */
  readonly selected?: ReactNode;
  readonly children: ReactNode;
}

/** Around a table: its filters, its count, its pages. */
export function ListFrame<T extends ListSearch>(props: ListFrameProps<T>): ReactNode {
  const {
    state,
    total,
    unfiltered,
    filterLabel,
    filterHelp,
    filters = [],
    views,
    actions,
    selected,
    sizes,
    children,
  } = props;
  const said = useTexts(uiTexts);
  const { filtered, chips, clear } = useFilters(state, filterLabel !== undefined, filters);
  const whole = useWhole(state, { total, filtered, filters, unfiltered });
  const section = useRef<HTMLElement>(null);
  const [order, setOrder] = useState<HTMLElement | null>(null);
  // What was pressed is gone then, and with it the place of the keyboard.
  const andStay = (act: () => void) => () => {
    act();
    section.current?.focus({ preventScroll: true });
  };
  return (
    <section className="list" ref={section} tabIndex={-1}>
      <div className="list-bar">
        {filterLabel === undefined ? null : (
          <FilterBox state={state} label={filterLabel} help={filterHelp} clears={chips.length === 0} />
        )}
        {filters.length === 0 || (filters.length === 1 && filterLabel === undefined) ? (
          <FilterFields state={state} filters={filters} />
        ) : (
          <FoldedFilters set={chips.length}>
            <FilterFields state={state} filters={filters} />
          </FoldedFilters>
        )}
        {views}
        <div className="list-told">
          <Total total={total} filtered={filtered} whole={whole} />
          {chips.length > 0 && total !== 0 ? (
            <Button look="quiet" onClick={andStay(clear)}>
              {said.clearFilters}
            </Button>
          ) : null}
          <div className="narrow-sort" ref={setOrder} />
        </div>
        {actions === undefined ? null : <div className="list-actions">{actions}</div>}
      </div>
      <Chips chips={chips.map((chip) => ({ ...chip, onRemove: andStay(chip.onRemove) }))} />
      <NoMatch value={filtered ? <NothingMatches help={filterHelp} onClear={andStay(clear)} /> : undefined}>
        <OrderPlace value={order}>{children}</OrderPlace>
      </NoMatch>
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

/** @param byText whether its text counts: what stands in the address may be of another list */
function useFilters(state: ListState, byText: boolean, filters: readonly ListFilter[]) {
  const { defaults, change } = state;
  const chips = chipsOf(state, filters);
  const none = filters.map((filter) => withFilter(state, filter, undefined));
  return {
    filtered: chips.length > 0 || (byText && state.filter !== ''),
    chips,
    clear: () => {
      const text: Partial<ListSearch> = { q: defaults.q, page: '1' };
      change(none.reduce((all, part) => ({ ...all, ...part }), text));
    },
  };
}

interface NothingMatchesProps {
  readonly help: string | undefined;
  readonly onClear: () => void;
}

function NothingMatches({ help, onClear }: NothingMatchesProps): ReactNode {
  const said = useTexts(uiTexts);
  return (
    <Empty title={said.nothingMatches} action={<Button onClick={onClear}>{said.clearFilters}</Button>}>
      {help}
    </Empty>
  );
}

const typingMs = 250;

interface FilterBoxProps {
  readonly state: ListState;
  readonly label: string;
  readonly help: string | undefined;
  /** Otherwise there is a button beside it that clears all filters. */
  readonly clears: boolean;
}

/** What is typed goes into the address when the typing rests; an input method's letters only when they are chosen. */
function FilterBox({ state, label, help, clears }: FilterBoxProps): ReactNode {
  const id = useId();
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
        aria-describedby={help === undefined ? undefined : id}
        onChange={(event) => setText(event.target.value)}
        onCompositionStart={() => setComposing(true)}
        onCompositionEnd={() => setComposing(false)}
        autoComplete="off"
        spellCheck={false}
      />
      {help === undefined ? null : <Hint id={id}>{help}</Hint>}
      {text === '' || !clears ? null : (
        <Button look="quiet" small onClick={() => setText('')}>
          {said.clear}
        </Button>
      )}
    </div>
  );
}
