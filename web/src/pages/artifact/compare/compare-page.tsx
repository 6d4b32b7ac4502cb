import { type ReactNode, type SubmitEvent, useEffect, useRef, useState } from 'react';
import { Failure } from '../../../api/failure.tsx';
import { useAnswer } from '../../../api/use-list.ts';
import { Button, LinkButton } from '../../../ui/controls/button.tsx';
import { SelectField, TextField } from '../../../ui/controls/field.tsx';
import { Tabs } from '../../../ui/controls/tabs.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { Skeleton } from '../../../ui/feedback/skeleton.tsx';
import { pathOf } from '../../../ui/navigation/match.ts';
import type { PageProps } from '../../../ui/navigation/page.ts';
import { inward } from '../../../ui/navigation/prefix.ts';
import { useSearchState, writeSearch } from '../../../ui/navigation/use-search-state.ts';
import { PageHead } from '../../../ui/show/page-head.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { ComparedConfig } from './compared-config.tsx';
import { ComparedFiles } from './compared-files.tsx';
import { ComparedLayers } from './compared-layers.tsx';
import { type ComparedPath, type Comparison, compareDefaults, root } from './comparison.ts';
import { Summary } from './summary.tsx';
import { compareTexts } from './text.ts';

const parts = ['config', 'layers', 'files'] as const;
const againMs = 1000;

export function ComparePage({ params: { project = '', repository = '' } }: PageProps): ReactNode {
  const said = useTexts(compareTexts);
  const [search] = useSearchState(compareDefaults);
  const crumbs = [
    { to: '/p', label: said.projects },
    { to: pathOf('/p/:project', { project }), label: project },
    { to: pathOf('/p/:project/r/:repository*', { project, repository }), label: repository },
  ];
  const path = { project_name: project, repository_name: repository, reference: search.from };
  const isChosen = search.from !== '' && search.to !== '';
  const { data, error, refetch } = useComparison(path, search, isChosen);
  const again = (): void => void refetch();
  return (
    <>
      <PageHead crumbs={crumbs} title={said.compare} />
      <Choice comparison={data} isChosen={isChosen} />
      {isChosen ? (
        error !== null ? (
          <Failure error={error} onAgain={again} />
        ) : data === undefined ? (
          <Skeleton lines={8} />
        ) : (
          <Compared path={path} data={data} onAgain={again} />
        )
      ) : (
        <Empty
          title={said.choose}
          action={
            <LinkButton to={pathOf('/p/:project/r/:repository*', { project, repository })}>
              {said.toTags}
            </LinkButton>
          }
        >
          {said.chooseText}
        </Empty>
      )}
    </>
  );
}

interface ChoiceProps {
  readonly comparison: Comparison | undefined;
  readonly isChosen: boolean;
}

/** What is compared. In a narrow window it is one line, once it has been chosen. */
function Choice({ comparison, isChosen }: ChoiceProps): ReactNode {
  const said = useTexts(compareTexts);
  const [search, set] = useSearchState(compareDefaults);
  const [from, setFrom] = useState(search.from);
  const [to, setTo] = useState(search.to);
  const [open, setOpen] = useState(false);
  useEffect(() => setFrom(search.from), [search.from]);
  useEffect(() => setTo(search.to), [search.to]);
  const form = useRef<HTMLFormElement>(null);
  // What unfolded it is gone.
  useEffect(() => {
    if (open) form.current?.querySelector('input')?.focus();
  }, [open]);
  const compare = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setOpen(false);
    set({ ...compareDefaults, part: search.part, from: from.trim(), to: to.trim() });
  };
  const { platforms = [], platform = '' } = comparison ?? {};
  return (
    <form
      ref={form}
      className={`card compare-choice${isChosen && !open ? ' chosen' : ''}`}
      onSubmit={compare}
    >
      <p className="compare-now">
        <span lang="en">{`${search.from} → ${search.to}`}</span>
        {platforms.length < 2 ? null : <span className="muted">{platform}</span>}
        <Button small onClick={() => setOpen(true)}>
          {said.edit}
        </Button>
      </p>
      <TextField label={said.from} value={from} onValue={setFrom} required lang="en" />
      <TextField label={said.to} value={to} onValue={setTo} required lang="en" help={said.help} />
      {platforms.length < 2 ? null : (
        <div className="compare-platform">
          <SelectField
            label={said.platform}
            value={platform}
            onValue={(value) => set({ ...search, platform: value, page: '1' })}
            options={platforms.map((value) => ({ value, label: value }))}
          />
        </div>
      )}
      <div className="compare-actions">
        <Button submit look="primary">
          {said.run}
        </Button>
        <Button onClick={() => set({ ...search, from: search.to, to: search.from, page: '1' })}>
          {said.swap}
        </Button>
      </div>
    </form>
  );
}

interface ComparedProps {
  readonly path: ComparedPath;
  readonly data: Comparison;
  readonly onAgain: () => void;
}

function Compared({ path, data, onAgain }: ComparedProps): ReactNode {
  const said = useTexts(compareTexts);
  const [search] = useSearchState(compareDefaults);
  const { added = 0, changed = 0, removed = 0 } = data.files ?? {};
  const counts = {
    config: data.config?.length ?? 0,
    layers: (data.layers ?? []).filter(({ change }) => change !== 'same').length,
    files: data.files === undefined ? undefined : added + changed + removed,
  };
  const part =
    parts.find((each) => each === search.part) ?? parts.find((each) => (counts[each] ?? 0) > 0) ?? 'config';
  const tabs = parts.map((each) => ({
    to: `${inward(location.pathname)}${writeSearch(location.search, compareDefaults, { ...search, part: each, page: '1', q: '' })}`,
    label: said[each],
    current: each === part,
    count: counts[each]?.toString(),
  }));
  return (
    <div className="stack">
      <Summary comparison={data} onAgain={onAgain} />
      <Tabs label={said.parts} tabs={tabs} />
      {part === 'config' ? <ComparedConfig rows={data.config ?? []} /> : null}
      {part === 'layers' ? <ComparedLayers rows={data.layers ?? []} /> : null}
      {part === 'files' ? <ComparedFiles path={path} comparison={data} /> : null}
    </div>
  );
}

/** Asked for again while layers are being read. */
function useComparison(
  path: ComparedPath,
  { to, platform }: { readonly to: string; readonly platform: string },
  enabled: boolean,
) {
  const input = { path, query: { with: to, platform } };
  const first = useAnswer(`GET ${root}`, input, { enabled });
  const reading = first.data?.reading === true;
  const again = useAnswer(`GET ${root}`, input, { enabled: enabled && reading, everyMs: againMs });
  return reading ? again : first;
}
