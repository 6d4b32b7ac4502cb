import { type ReactNode, type SubmitEvent, useState } from 'react';
import type { Answer } from '../../api/call.ts';
import { Failure } from '../../api/failure.tsx';
import { type Found, type Kind, kinds, mostFound } from '../../api/search/found.ts';
import { plainName } from '../../api/search/plain-name.ts';
import { useAnswer } from '../../api/use-list.ts';
import { Button, LinkButton } from '../../ui/controls/button.tsx';
import { TextField } from '../../ui/controls/field.tsx';
import { Tabs } from '../../ui/controls/tabs.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { useSearchState } from '../../ui/navigation/use-search-state.ts';
import { PageHead } from '../../ui/show/page-head.tsx';
import { Pager } from '../../ui/table/pager.tsx';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { pageSize, readWords, searchDefaults, searchInput, searchKey } from './ahead.ts';
import { FoundTable } from './found-table.tsx';
import { nothingOf } from './nothing-of.ts';
import { searchTexts } from './text.ts';

type Result = Answer<'GET /api/berth/v1/search'>;

export function SearchPage(): ReactNode {
  const said = useTexts(searchTexts);
  const [search, change] = useSearchState(searchDefaults);
  const { q } = search;
  const asked = readWords(search);
  const { words, kind, at } = asked;
  const { data, error, refetch } = useAnswer(searchKey, searchInput(asked), { enabled: words !== '' });
  if (words === '')
    return (
      <>
        <PageHead title={said.title} />
        <Words words="" onWords={(to) => change({ q: to })} />
        <Empty title={said.begin}>
          {said.beginText} <span className="search-keys">{said.keys}</span>
        </Empty>
      </>
    );
  const kindsOf = data === undefined ? undefined : <Kinds words={q} totals={data.totals ?? {}} kind={kind} />;
  return (
    <>
      <PageHead title={said.title} facts={said.found(words)} />
      <Words key={q} words={q} onWords={(to) => change({ q: to, kind: '', page: '1' })} />
      {kindsOf}
      {error !== null ? (
        <Failure error={error} onAgain={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton lines={8} />
      ) : kind === undefined ? (
        <AllKinds found={data} words={q} />
      ) : (
        <section className="list">
          <FoundTable kind={kind} rows={data.items ?? []} empty={<Nothing words={words} />} />
          <Pager
            page={at}
            pageSize={pageSize}
            total={data.totals?.[kind]}
            onPage={(to) => change({ page: String(to) })}
          />
        </section>
      )}
    </>
  );
}

/** For windows that are too narrow for the field in the head. */
function Words(props: { readonly words: string; readonly onWords: (words: string) => void }): ReactNode {
  const said = useTexts(searchTexts);
  const [text, setText] = useState(props.words);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (text.trim() !== '') props.onWords(text.trim());
  };
  return (
    <div className="only-narrow">
      <form className="form line" role="search" aria-label={said.title} onSubmit={submit}>
        <TextField label={said.words} type="search" value={text} onValue={setText} autoComplete="off" />
        <Button look="primary" submit>
          {said.title}
        </Button>
      </form>
    </div>
  );
}

function addressOf(words: string, kind: Kind | undefined): string {
  const query = new URLSearchParams({ q: words, ...(kind === undefined ? {} : { kind }) });
  return `/search?${query.toString()}`;
}

interface KindsProps {
  readonly words: string;
  readonly totals: NonNullable<Result['totals']>;
  readonly kind: Kind | undefined;
}

/** Each kind with how much there is of it, those with nothing left out. */
function Kinds({ words, totals, kind }: KindsProps): ReactNode {
  const said = useTexts(searchTexts);
  const count = useCountText();
  const shown = kinds.filter((each) => (totals[each] ?? 0) > 0 || each === kind);
  return (
    <Tabs
      label={said.kinds}
      tabs={[
        { to: addressOf(words, undefined), label: said.all, current: kind === undefined },
        ...shown.map((each) => ({
          to: addressOf(words, each),
          label: said[each],
          count: count(totals[each] ?? 0),
          current: each === kind,
        })),
      ]}
    />
  );
}

/** The server counts no further than it looks. */
function useCountText(): (count: number) => string {
  const said = useTexts(searchTexts);
  const { language } = useLanguage();
  return (count) => {
    const text = formatNumber(count, language);
    return count >= mostFound ? said.orMore(text) : text;
  };
}

function AllKinds({ found, words }: { readonly found: Result; readonly words: string }): ReactNode {
  const said = useTexts(searchTexts);
  const count = useCountText();
  const { items = [], totals = {} } = found;
  if (items.length === 0) return <Nothing words={words} />;
  const rowsOf = (kind: Kind): readonly Found[] => items.filter((each) => each.kind === kind);
  return (
    <div className="columns">
      {kinds
        .filter((kind) => rowsOf(kind).length > 0)
        .map((kind) => (
          <section key={kind} className="card">
            <h2>{said[kind]}</h2>
            <FoundTable kind={kind} rows={rowsOf(kind)} empty={null} />
            {(totals[kind] ?? 0) > rowsOf(kind).length ? (
              <p className="search-more">
                <Link to={addressOf(words, kind)}>{said.seeAll(count(totals[kind] ?? 0))}</Link>
              </p>
            ) : null}
          </section>
        ))}
    </div>
  );
}

function Nothing({ words }: { readonly words: string }): ReactNode {
  const said = useTexts(searchTexts);
  const plain = plainName(words);
  return (
    <Empty
      title={said.nothing(words)}
      action={
        plain === words || plain === '' ? (
          <LinkButton to="/p">{said.toProjects}</LinkButton>
        ) : (
          <LinkButton to={addressOf(plain, undefined)}>{said.without(plain)}</LinkButton>
        )
      }
    >
      {said[nothingOf(words)]}
    </Empty>
  );
}
