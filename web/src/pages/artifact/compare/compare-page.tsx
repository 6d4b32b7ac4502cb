import { type ReactNode, type SubmitEvent, useEffect, useState } from 'react';
import { Failure } from '../../../api/failure.tsx';
import { useAnswer } from '../../../api/use-list.ts';
import { Button } from '../../../ui/controls/button.tsx';
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
import { type ComparedPath, compareDefaults, root } from './comparison.ts';
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
  return (
    <>
      <PageHead crumbs={crumbs} title={said.compare} />
      <Choice />
      {search.from === '' || search.to === '' ? (
        <Empty title={said.choose}>{said.chooseText}</Empty>
      ) : (
        <Compared path={path} />
      )}
    </>
  );
}

function Choice(): ReactNode {
  const said = useTexts(compareTexts);
  const [search, set] = useSearchState(compareDefaults);
  const [from, setFrom] = useState(search.from);
  const [to, setTo] = useState(search.to);
  useEffect(() => setFrom(search.from), [search.from]);
  useEffect(() => setTo(search.to), [search.to]);
  const compare = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    set({ ...compareDefaults, part: search.part, from: from.trim(), to: to.trim() });
  };
  return (
    <form className="card compare-choice" onSubmit={compare}>
      <TextField label={said.from} value={from} onValue={setFrom} required lang="en" />
      <TextField label={said.to} value={to} onValue={setTo} required lang="en" help={said.help} />
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

function Compared({ path }: { readonly path: ComparedPath }): ReactNode {
  const said = useTexts(compareTexts);
  const [search, set] = useSearchState(compareDefaults);
  const { data, error, refetch } = useComparison(path, search.to, search.platform);
  if (error !== null) return <Failure error={error} onAgain={() => void refetch()} />;
  if (data === undefined) return <Skeleton lines={8} />;
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
      {(data.platforms ?? []).length < 2 ? null : (
        <div className="compare-platform">
          <SelectField
            label={said.platform}
            value={data.platform ?? ''}
            onValue={(platform) => set({ platform, page: '1' })}
            options={(data.platforms ?? []).map((value) => ({ value, label: value }))}
          />
        </div>
      )}
      <Summary comparison={data} onAgain={() => void refetch()} />
      <Tabs label={said.parts} tabs={tabs} />
      {part === 'config' ? <ComparedConfig rows={data.config ?? []} /> : null}
      {part === 'layers' ? <ComparedLayers rows={data.layers ?? []} /> : null}
      {part === 'files' ? <ComparedFiles path={path} comparison={data} /> : null}
    </div>
  );
}

/** Asked for again while layers are being read. */
function useComparison(path: ComparedPath, to: string, platform: string) {
  const input = { path, query: { with: to, platform } };
  const first = useAnswer(`GET ${root}`, input);
  const reading = first.data?.reading === true;
  const again = useAnswer(`GET ${root}`, input, { enabled: reading, everyMs: againMs });
  return reading ? again : first;
}
