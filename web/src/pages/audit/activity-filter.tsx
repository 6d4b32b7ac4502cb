import { type ReactNode, useEffect, useState } from 'react';
import { Button } from '../../ui/controls/button.tsx';
import { SelectField, TextField } from '../../ui/controls/field.tsx';
import { FoldedFilters } from '../../ui/table/folded-filters.tsx';
import { type Chip, Chips } from '../../ui/table/list-filter.tsx';
import { localeOf } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import type { Said } from '../../ui/text/say.ts';
import { uiTexts } from '../../ui/text.ts';
import { type ActivitySearch, filterKeys, periodOf } from './audit-query.ts';
import { eventTexts } from './event-text.ts';
import { auditTexts } from './text.ts';
import { useEventName } from './use-event-name.ts';

interface ActivityFilterProps {
  readonly search: ActivitySearch;
  readonly change: (part: Partial<ActivitySearch>, how?: 'push' | 'replace') => void;
  /** The project is chosen already. */
  readonly within: string | undefined;
  /** How many match. */
  readonly total: ReactNode;
  readonly actions: ReactNode;
}

export function ActivityFilter({ search, change, within, total, actions }: ActivityFilterProps): ReactNode {
  const said = useTexts(auditTexts);
  const common = useTexts(uiTexts);
  const set = (part: Partial<ActivitySearch>, how?: 'push' | 'replace'): void =>
    change({ ...part, after: '' }, how);
  const chips = useChips(within === undefined ? search : { ...search, project: '' }, set);
  const filtered = filterKeys.some((key) => search[key] !== '');
  return (
    <>
      <div className="list-bar activity-bar">
        <FoldedFilters set={chips.length}>
          <div className="activity-filter" role="search" aria-label={said.title}>
            <Typed label={said.who} value={search.actor} onRest={(actor) => set({ actor }, 'replace')} />
            <TypeField value={search.type} onValue={(type) => set({ type })} />
            <Typed
              label={said.object}
              value={search.object}
              onRest={(object) => set({ object }, 'replace')}
            />
            {within === undefined ? (
              <Typed
                label={said.where}
                value={search.project}
                onRest={(project) => set({ project }, 'replace')}
              />
            ) : null}
            <SelectField
              label={said.result}
              value={search.result}
              onValue={(result) => set({ result })}
              options={[
                { value: '', label: said.resultAll },
                { value: 'done', label: said.resultDone },
                { value: 'refused', label: said.resultRefused },
              ]}
            />
            <WhenFields search={search} set={set} />
            {search.request === '' ? null : (
              <Typed
                label={said.request}
                value={search.request}
                onRest={(request) => set({ request }, 'replace')}
              />
            )}
          </div>
        </FoldedFilters>
        <div className="activity-end">
          <div className="list-told">
            {total}
            {filtered ? (
              <Button
                look="quiet"
                onClick={() => set(Object.fromEntries(filterKeys.map((key) => [key, ''])))}
              >
                {common.clearFilters}
              </Button>
            ) : null}
          </div>
          <div className="list-actions">{actions}</div>
        </div>
      </div>
      <Chips chips={chips} />
    </>
  );
}

type Set = (part: Partial<ActivitySearch>) => void;

/** What is asked for, each taken away by itself; the days of an own span are one. */
function useChips(search: ActivitySearch, set: Set): readonly Chip[] {
  const said = useTexts(auditTexts);
  const name = useEventName();
  const { actor, type, object, project, result, request } = search;
  const when = whenOf(search, said);
  const results: Readonly<Record<string, string>> = { done: said.resultDone, refused: said.resultRefused };
  const asked: readonly Chip[] = [
    { key: 'actor', label: said.who, value: actor, onRemove: () => set({ actor: '' }) },
    { key: 'type', label: said.what, value: name(type), onRemove: () => set({ type: '' }) },
    { key: 'object', label: said.object, value: object, onRemove: () => set({ object: '' }) },
    { key: 'project', label: said.where, value: project, onRemove: () => set({ project: '' }) },
    {
      key: 'result',
      label: said.result,
      value: results[result] ?? '',
      onRemove: () => set({ result: '' }),
    },
    {
      key: 'when',
      label: said.when,
      value: when,
      onRemove: () => set({ since: '', from: '', to: '' }),
    },
    { key: 'request', label: said.request, value: request, onRemove: () => set({ request: '' }) },
  ];
  return asked.filter(({ value }) => value !== '');
}

function whenOf({ since, from, to }: ActivitySearch, said: Said<typeof auditTexts>): string {
  const period = periodOf(since);
  if (period !== undefined) return said[`since${period}`];
  return from === '' && to === '' ? '' : `${from || '…'} – ${to || '…'}`;
}

function WhenFields(props: {
  readonly search: ActivitySearch;
  readonly set: (part: Partial<ActivitySearch>) => void;
}): ReactNode {
  const { search, set } = props;
  const said = useTexts(auditTexts);
  const own = search.from !== '' || search.to !== '' || search.since === 'own';
  return (
    <>
      <SelectField
        label={said.when}
        value={own ? 'own' : (periodOf(search.since) ?? '')}
        onValue={(since) => set({ since, from: '', to: '' })}
        options={[
          { value: '', label: said.sinceAll },
          { value: '1h', label: said.since1h },
          { value: '24h', label: said.since24h },
          { value: '7d', label: said.since7d },
          { value: '30d', label: said.since30d },
          { value: 'own', label: said.sinceOwn },
        ]}
      />
      {own ? (
        <>
          <TextField
            type="date"
            label={said.from}
            value={search.from}
            onValue={(from) => set({ from, since: 'own' })}
          />
          <TextField
            type="date"
            label={said.to}
            value={search.to}
            onValue={(to) => set({ to, since: 'own' })}
          />
        </>
      ) : null}
    </>
  );
}

/** By what happened; `create_project` and its like, as Harbor calls several at once, may stand in the address too. */
function TypeField(props: { readonly value: string; readonly onValue: (value: string) => void }): ReactNode {
  const { value, onValue } = props;
  const said = useTexts(auditTexts);
  const { language } = useLanguage();
  const name = useEventName();
  const known = Object.keys(eventTexts)
    .map((event) => ({ value: event, label: name(event) }))
    .toSorted((a, b) => a.label.localeCompare(b.label, localeOf(language)));
  const own = value === '' || known.some((each) => each.value === value) ? [] : [{ value, label: value }];
  return (
    <SelectField
      label={said.what}
      value={value}
      onValue={onValue}
      options={[{ value: '', label: said.typeAll }, ...own, ...known]}
    />
  );
}

const restMs = 300;

/** Goes into the address when the typing rests. */
function Typed(props: {
  readonly label: string;
  readonly value: string;
  readonly onRest: (value: string) => void;
}): ReactNode {
  const { label, value, onRest } = props;
  const [text, setText] = useState(value);
  const [composing, setComposing] = useState(false);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (composing || text === value) return undefined;
    const timer = setTimeout(() => onRest(text), restMs);
    return () => clearTimeout(timer);
  });
  return (
    <TextField
      type="search"
      label={label}
      value={text}
      onValue={setText}
      autoComplete="off"
      onCompositionStart={() => setComposing(true)}
      onCompositionEnd={() => setComposing(false)}
    />
  );
}
