import type { ReactNode } from 'react';
import { SelectField } from '../controls/field.tsx';
import { Icon } from '../show/icon.tsx';
import { useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';
import type { ListSearch, ListState } from './list-state.ts';

/** A choice beside the text by which a list is filtered; its default in the state stands for no filter. */
export interface ListFilter<K extends string = string> {
  readonly key: K;
  readonly label: string;
  /** The default's too. What the list is really filtered by is among them. */
  readonly options: readonly { readonly value: string; readonly label: string }[];
  /** What goes back to its default when another one is chosen. */
  readonly resets?: readonly K[];
}

interface FiltersProps<T extends ListSearch> {
  readonly state: ListState<T>;
  readonly filters: readonly ListFilter[];
}

/** Another value, which begins at the first page; undefined: its default. */
export function withFilter(
  { defaults }: ListState,
  { key, resets = [] }: ListFilter,
  value: string | undefined,
): Partial<ListSearch> {
  const others = resets.map((each) => [each, defaults[each] ?? ''] as const);
  return { ...Object.fromEntries(others), [key]: value ?? defaults[key] ?? '', page: '1' };
}

/** A value that no option has is none: it came with the address. */
function chosenOf(state: ListState, { key, options }: ListFilter) {
  return options.find(({ value }) => value === state.search[key]);
}

function isSet(state: ListState, filter: ListFilter): boolean {
  const chosen = chosenOf(state, filter);
  return chosen !== undefined && chosen.value !== state.defaults[filter.key];
}

export function FilterFields<T extends ListSearch>({ state, filters }: FiltersProps<T>): ReactNode {
  return filters.map((filter) => (
    <SelectField
      key={filter.key}
      quiet
      label={filter.label}
      value={chosenOf(state, filter)?.value ?? state.defaults[filter.key] ?? ''}
      onValue={(value) => state.change(withFilter(state, filter, value))}
      options={filter.options}
    />
  ));
}

export interface Chip {
  readonly key: string;
  readonly label: string;
  readonly value: string;
  readonly onRemove: () => void;
}

export function chipsOf(state: ListState, filters: readonly ListFilter[]): readonly Chip[] {
  return filters
    .filter((filter) => isSet(state, filter))
    .map((filter) => ({
      key: filter.key,
      label: filter.label,
      value: chosenOf(state, filter)?.label ?? '',
      onRemove: () => state.change(withFilter(state, filter, undefined)),
    }));
}

/** The filters that are set, each with what takes it away. */
export function Chips({ chips }: { readonly chips: readonly Chip[] }): ReactNode {
  const said = useTexts(uiTexts);
  if (chips.length === 0) return null;
  return (
    <ul className="chips" aria-label={said.filters}>
      {chips.map(({ key, label, value, onRemove }) => (
        <li key={key} className="chip">
          <span className="clipped" title={value}>
            {said.named(label, value)}
          </span>
          <button
            type="button"
            aria-label={said.withoutFilter(label)}
            title={said.withoutFilter(label)}
            onClick={onRemove}
          >
            <Icon name="close" size={14} />
          </button>
        </li>
      ))}
    </ul>
  );
}
