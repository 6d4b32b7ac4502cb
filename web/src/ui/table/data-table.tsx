import { type ChangeEvent, type ReactNode, useContext, useRef } from 'react';
import { createPortal } from 'react-dom';
import { SelectField } from '../controls/field.tsx';
import { Skeleton } from '../feedback/skeleton.tsx';
import { Icon } from '../show/icon.tsx';
import { useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';
import { directionOf, type ListState, nextSort } from './list-state.ts';
import { NoMatch } from './no-match.ts';
import { OrderPlace } from './order-place.ts';
import { Rows } from './rows.tsx';
import { useNarrow } from './use-narrow.ts';

export interface Column<R> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: R) => ReactNode;
  /** What the server sorts by when the header is pressed first: `name`, `-push_time`. */
  readonly sort?: string;
  /** The one order that the list has is by this: it is shown, and not for choosing. */
  readonly ordered?: 'ascending' | 'descending';
  /** Numbers stand at the end. */
  readonly end?: boolean;
  /** What can be done with the row, by small buttons: at its end, in a narrow window in its lower corner. */
  readonly actions?: boolean;
  /** 1: always there; 4: only where there is much room. Default: 1. */
  readonly priority?: 1 | 2 | 3 | 4;
  /** A list of cards has a line for it, whatever its priority in a table. */
  readonly onCards?: boolean;
}

export interface Selection {
  readonly chosen: ReadonlySet<string>;
  readonly onChosen: (chosen: ReadonlySet<string>) => void;
  /** All that match, those on other pages too, but for `except`. */
  readonly everything: boolean;
  readonly except: ReadonlySet<string>;
  readonly onExcept: (except: ReadonlySet<string>) => void;
}

function isChosen({ chosen, everything, except }: Selection, key: string): boolean {
  return everything ? !except.has(key) : chosen.has(key);
}

/** With these rows chosen, or left out: of all that match they are named where they are left out. */
function choose(selection: Selection, keys: readonly string[], on: boolean): void {
  const { chosen, everything, except, onChosen, onExcept } = selection;
  const named = everything ? except : chosen;
  const of = new Set(keys);
  const next = on === everything ? named.difference(of) : named.union(of);
  if (everything) onExcept(next);
  else onChosen(next);
}

interface DataTableProps<R> {
  /** What the table is of, for those who do not see it. */
  readonly label: string;
  readonly columns: readonly Column<R>[];
  /** Undefined: not known yet; its head and its card are there all the same, so that nothing moves when they come. */
  readonly rows: readonly R[] | undefined;
  readonly keyOf: (row: R) => string;
  /** Default: the order is not for choosing. */
  readonly state?: ListState;
  readonly selection?: Selection;
  /** How a row is called to those who do not see it; default: by its key. */
  readonly nameOf?: (row: R) => string;
  /** In place of the rows when there are none; where a filter of the `ListFrame` is set, that says so instead. */
  readonly empty: ReactNode;
}

/** A table whose order and page are the server's; a list of cards where there is little room. */
export function DataTable<R>(props: DataTableProps<R>): ReactNode {
  const { label, columns, rows, keyOf, nameOf = keyOf, state, selection, empty } = props;
  const noMatch = useContext(NoMatch);
  const keys = rows?.map(keyOf) ?? [];
  const last = useRef<string>(undefined);
  if (rows?.length === 0) return noMatch ?? empty;
  return (
    <div className="table-frame">
      <NarrowSort columns={columns} state={state} />
      <table className="table" aria-label={label}>
        <thead>
          <tr>
            {selection === undefined ? null : <SelectAll keys={keys} selection={selection} />}
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} state={state} />
            ))}
          </tr>
        </thead>
        {rows === undefined ? null : (
          <Rows
            rows={rows}
            span={columns.length + (selection === undefined ? 0 : 1)}
            keyOf={keyOf}
            nameOf={nameOf}
            draw={(row) => (
              <BodyRow
                key={keyOf(row)}
                id={keyOf(row)}
                name={nameOf(row)}
                keys={keys}
                row={row}
                columns={columns}
                selection={selection}
                last={last}
              />
            )}
          />
        )}
      </table>
      {rows === undefined ? <Skeleton lines={8} /> : null}
    </div>
  );
}

type Looks = Pick<Column<never>, 'end' | 'actions' | 'priority' | 'onCards'>;

function classOf({ end, actions, priority = 1, onCards }: Looks): string {
  const looks = [end === true && 'end', actions === true && 'actions', onCards === true && 'on-cards'];
  return [`p${priority}`, ...looks.filter((look) => look !== false)].join(' ');
}

function HeaderCell<R>(props: {
  readonly column: Column<R>;
  readonly state: ListState | undefined;
}): ReactNode {
  const { column, state } = props;
  const said = useTexts(uiTexts);
  const { sort, header, ordered, actions } = column;
  if (sort === undefined || state === undefined)
    return (
      <th scope="col" className={classOf(column)} aria-sort={ordered}>
        {actions === true ? (
          <span className="unseen">{said.actions}</span>
        ) : ordered === undefined ? (
          header
        ) : (
          <span className={`ordered ${ordered}`}>
            {header}
            <Icon name="sort" size={12} />
          </span>
        )}
      </th>
    );
  const direction = directionOf(state.sort, sort);
  return (
    <th scope="col" className={classOf(column)} aria-sort={direction ?? 'none'}>
      <button
        type="button"
        className={`sort ${direction ?? ''}`}
        title={said.sortBy(header)}
        onClick={() => state.change({ sort: nextSort(state.sort, sort), page: '1' })}
      >
        {header}
        <Icon name="sort" size={12} />
      </button>
    </th>
  );
}

/** In place of the headers, which a list of cards has not. */
function NarrowSort<R>(props: {
  readonly columns: readonly Column<R>[];
  readonly state: ListState | undefined;
}): ReactNode {
  const { columns, state } = props;
  const isNarrow = useNarrow();
  const place = useContext(OrderPlace);
  const order =
    state === undefined ? <OneOrder columns={columns} /> : <Orders columns={columns} state={state} />;
  if (!isNarrow || !columns.some(({ sort, ordered }) => (state === undefined ? ordered : sort) !== undefined))
    return null;
  return place === null ? <div className="narrow-sort">{order}</div> : createPortal(order, place);
}

/** The one that is not for choosing. */
function OneOrder<R>({ columns }: { readonly columns: readonly Column<R>[] }): ReactNode {
  const said = useTexts(uiTexts);
  return columns.map(({ id, header, ordered }) =>
    ordered === undefined ? null : (
      <span key={id} className="meta">
        {ordered === 'descending' ? said.falling(header) : said.rising(header)}
      </span>
    ),
  );
}

function Orders<R>(props: { readonly columns: readonly Column<R>[]; readonly state: ListState }): ReactNode {
  const { columns, state } = props;
  const said = useTexts(uiTexts);
  const sortable = columns.flatMap(({ header, sort }) => (sort === undefined ? [] : [{ header, sort }]));
  const options = sortable.flatMap(({ header, sort }) =>
    [sort, nextSort(sort, sort)].map((value) => ({
      value,
      label: value.startsWith('-') ? said.falling(header) : said.rising(header),
    })),
  );
  // An address may name an order that no column has.
  const own = options.some(({ value }) => value === state.sort) ? [] : [{ value: state.sort, label: '–' }];
  return (
    <SelectField
      quiet
      label={said.order}
      value={state.sort}
      onValue={(sort) => state.change({ sort, page: '1' })}
      options={[...own, ...options]}
    />
  );
}

interface BodyRowProps<R> {
  readonly id: string;
  readonly name: string;
  /** Of all rows of the page. */
  readonly keys: readonly string[];
  readonly row: R;
  readonly columns: readonly Column<R>[];
  readonly selection: Selection | undefined;
  /** The row that was chosen or left out last. */
  readonly last: { current: string | undefined };
}

function BodyRow<R>({ id, name, keys, row, columns, selection, last }: BodyRowProps<R>): ReactNode {
  const said = useTexts(uiTexts);
  const chosen = selection !== undefined && isChosen(selection, id);
  const toggle = ({ nativeEvent }: ChangeEvent): void => {
    const isRange = nativeEvent instanceof MouseEvent && nativeEvent.shiftKey;
    const rows = isRange ? between(keys, last.current, id) : [id];
    last.current = id;
    if (selection !== undefined) choose(selection, rows, !chosen);
  };
  return (
    <tr className={chosen ? 'chosen' : undefined}>
      {selection === undefined ? null : (
        <td className="choose">
          <input type="checkbox" checked={chosen} onChange={toggle} aria-label={said.select(name)} />
        </td>
      )}
      {columns.map((column) => (
        <td key={column.id} className={classOf(column)} data-label={column.header}>
          {column.actions === true ? (
            <span className="row-actions">{column.cell(row)}</span>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  );
}

/** With the shift key all from the last one to this one, as in lists of files. */
function between(keys: readonly string[], from: string | undefined, to: string): readonly string[] {
  const ends = [keys.indexOf(from ?? to), keys.indexOf(to)];
  const [first = 0, last = 0] = ends.toSorted((one, other) => one - other);
  return first < 0 ? [to] : keys.slice(first, last + 1);
}

function SelectAll(props: { readonly keys: readonly string[]; readonly selection: Selection }): ReactNode {
  const { keys, selection } = props;
  const said = useTexts(uiTexts);
  const { everything, except, onChosen } = selection;
  const all = keys.length > 0 && keys.every((key) => isChosen(selection, key));
  const toggle = (): void => {
    // Nobody left anything out: it takes all of it back.
    if (all && everything && except.size === 0) onChosen(new Set());
    else choose(selection, keys, !all);
  };
  return (
    <th scope="col" className="choose">
      <input type="checkbox" checked={all} onChange={toggle} aria-label={said.selectAll} />
    </th>
  );
}
