import type { ReactNode } from 'react';
import { Size } from '../../ui/show/values.tsx';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { uiTexts } from '../../ui/text.ts';
import { useBecauseText } from '../because/use-because-text.ts';
import type { Operations } from '../generated/operations.ts';
import { batchTexts } from './batch-text.ts';
import { type Action, doingOf } from './doing-of.ts';

/** Of `dry_run`. */
export type Estimate = Operations['POST /api/berth/v1/batches']['answer'];

type Why = NonNullable<NonNullable<Estimate['staying']>[number]['why']>;

const shown = 6;

interface BatchEstimateProps {
  readonly action: Action;
  readonly estimate: Estimate;
}

/** The numbers, and of what stays the reasons. */
export function BatchEstimate({ action, estimate }: BatchEstimateProps): ReactNode {
  const said = useTexts(batchTexts);
  const textOf = useBecauseText();
  const { language } = useLanguage();
  const { total = 0, going = 0, tags = 0, artifacts = 0, bytes = 0, staying = [], examples = [] } = estimate;
  const { names = [], needed = [], needed_count: neededCount = 0 } = estimate;
  const number = (value: number): string => formatNumber(value, language);
  const does = doingOf(action);
  const restores = does === 'restore';
  const labels = does === 'put' || does === 'take';
  const headOfGoing = { delete: said.goes, restore: said.comesBack, put: said.getIt, take: said.loseIt }[
    does
  ];
  return (
    <>
      <dl className="details">
        <dt>{headOfGoing}</dt>
        <dd>{said.ofTotal(number(going), number(total))}</dd>
        {action === 'delete-artifacts' || action === 'delete-repositories' ? (
          <>
            <dt>{said.artifacts}</dt>
            <dd>{number(artifacts)}</dd>
          </>
        ) : null}
        {restores || labels ? null : (
          <>
            <dt>{said.tags}</dt>
            <dd>{number(tags)}</dd>
          </>
        )}
        {neededCount === 0 ? null : (
          <>
            <dt>{said.needed}</dt>
            <dd>{number(neededCount)}</dd>
          </>
        )}
        {labels ? null : (
          <>
            <dt>{restores ? said.grows : said.falls}</dt>
            <dd>
              <Size bytes={bytes} />
            </dd>
          </>
        )}
        {staying.length === 0 ? null : (
          <>
            <dt>{said.stay}</dt>
            <dd>
              {staying
                .map(({ why = 'other', count = 0 }) => said.countOf(said[why as Why], number(count)))
                .join(' · ')}
            </dd>
          </>
        )}
      </dl>
      {names.length === 0 ? null : (
        <ul className="batch-names" aria-label={headOfGoing}>
          {names.map((name) => (
            <li key={name}>
              <code lang="en">{name}</code>
            </li>
          ))}
          {going > names.length ? <li className="muted">{said.more(number(going - names.length))}</li> : null}
        </ul>
      )}
      {needed.length === 0 ? null : (
        <>
          <p>{said.neededText}</p>
          <ul className="name-list">
            {needed.slice(0, shown).map((name) => (
              <li key={name}>
                <code lang="en">{name}</code>
              </li>
            ))}
          </ul>
        </>
      )}
      {examples.length === 0 ? null : (
        <ul className="name-list">
          {examples.slice(0, shown).map(({ name, why = 'other', reason, because }) => (
            <li key={name} title={textOf(because) ?? reason}>
              <code lang="en">{name}</code> <span className="muted">{said[why as Why]}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

interface MatchingProps {
  readonly q?: string;
  readonly name?: string;
  readonly older_than_days?: number;
  /** How many were left out again. */
  readonly except: number;
}

/** What the list was filtered by when all of it was chosen. */
export function Matching({ q, name, older_than_days: days, except }: MatchingProps): ReactNode {
  const said = useTexts(batchTexts);
  const ui = useTexts(uiTexts);
  const { language } = useLanguage();
  const but = except === 0 ? '' : said.except(formatNumber(except, language));
  const text = name ?? q;
  if (text === undefined && days === undefined) return <p>{`${said.unfiltered}${but}`}</p>;
  return (
    <p>
      {said.filter}
      {ui.colon}
      {text === undefined ? null : <code lang="en">{text}</code>}{' '}
      {days === undefined ? null : said.olderThan(String(days))}
      {but}
    </p>
  );
}
