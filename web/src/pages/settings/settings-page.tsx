import { type ReactNode, useState } from 'react';
import { Failure } from '../../api/failure.tsx';
import { type Setting, settingWords } from '../../api/settings/setting-words.ts';
import { useAnswer } from '../../api/use-list.ts';
import { Button, LinkButton } from '../../ui/controls/button.tsx';
import { TextField } from '../../ui/controls/field.tsx';
import { Tabs } from '../../ui/controls/tabs.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import type { PageProps } from '../../ui/navigation/page.ts';
import { useSearchState } from '../../ui/navigation/use-search-state.ts';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { CodeBlock } from '../../ui/show/code-block.tsx';
import { PageHead } from '../../ui/show/page-head.tsx';
import { Badge, Copyable } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { Total } from '../../ui/table/total.tsx';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { uiTexts } from '../../ui/text.ts';
import { ChangeSetting } from './change-setting.tsx';
import { sectionNamed, sectionOf, sections } from './sections.ts';
import { settingsTexts } from './text.ts';
import { textOf, useSettingWords } from './use-setting-words.ts';

const defaults = { q: '' };

export function SettingsPage({ params: { section: named } }: PageProps): ReactNode {
  const said = useTexts(settingsTexts);
  const [{ q }, set] = useSearchState(defaults);
  const { data, error, refetch } = useAnswer('GET /api/berth/v1/settings', {});
  const section = sectionNamed(named);
  const words = q.trim().toLowerCase();
  const found = data?.filter((row) =>
    words === '' ? sectionOf(row.name ?? '') === section : has(row, words),
  );
  return (
    <>
      <PageHead
        title={said.title}
        facts={said.intro}
        actions={
          <LinkButton to="/activity?type=configuration.updated" icon="history">
            {said.history}
          </LinkButton>
        }
      />
      <div className="stack">
        <div className="settings-find">
          <TextField
            type="search"
            label={said.filter}
            value={q}
            onValue={(text) => set({ q: text }, 'replace')}
            autoComplete="off"
          />
          {words === '' ? null : <Total total={found?.length} filtered whole={data?.length} />}
        </div>
        {data?.some(({ source }) => source === 'start') === true ? (
          <p className="banner info">{said.fixedText}</p>
        ) : null}
        {words === '' ? (
          <Tabs
            label={said.parts}
            tabs={sections.map((each) => ({
              to: pathOf('/admin/settings/:section', { section: each }),
              label: said[each],
              current: each === section,
              count: String(data?.filter(({ name = '' }) => sectionOf(name) === each).length ?? ''),
            }))}
          />
        ) : null}
        {error !== null ? (
          <Failure error={error} onAgain={() => void refetch()} />
        ) : found === undefined ? (
          <Skeleton lines={8} />
        ) : (
          <List rows={found} onShowAll={() => set({ q: '' })} />
        )}
        {data === undefined ? null : <AsCommand label={said.asYaml} code={yamlOf(data, said.nothingSet)} />}
        <section className="card">
          <h2>{said.atStart}</h2>
          <p>{said.atStartText}</p>
          <CodeBlock label={said.startCommand} code="berth config show --origin" />
        </section>
      </div>
    </>
  );
}

function has({ name = '', title, help }: Setting, words: string): boolean {
  return [name, title?.en, title?.zh, help?.en, help?.zh].some((text) => text?.toLowerCase().includes(words));
}

/** As `settings.yml` of `berth config apply`; JSON's values are YAML's too. */
function yamlOf(rows: readonly Setting[], nothing: string): string {
  const lines = rows
    .filter(({ source }) => source !== 'default')
    .map(({ name = '', value = '' }) => `${name}: ${value}`);
  return lines.length === 0 ? nothing : lines.toSorted().join('\n');
}

function List(props: { readonly rows: readonly Setting[]; readonly onShowAll: () => void }): ReactNode {
  const { rows, onShowAll } = props;
  const said = useTexts(settingsTexts);
  const common = useTexts(uiTexts);
  const { language } = useLanguage();
  const [changing, setChanging] = useState<Setting>();
  const columns: readonly Column<Setting>[] = [
    {
      id: 'name',
      header: said.name,
      cell: ({ name = '', title, help, why_not: whyNot }) => (
        <div className="setting-name">
          <span className="strong">{title?.[language]}</span>
          <Copyable text={name} />
          <p className="help">{help?.[language]}</p>
          {whyNot === undefined ? null : <p className="help">{whyNot[language]}</p>}
        </div>
      ),
    },
    { id: 'value', header: said.value, cell: (row) => <Value setting={row} /> },
    {
      id: 'source',
      header: said.source,
      cell: (row) => <Source setting={row} />,
    },
    {
      id: 'change',
      header: '',
      actions: true,
      cell: (row) => (
        <Button
          small
          aria-label={said.changeOne(row.title?.[language] ?? '')}
          whyNot={row.editable === true ? undefined : (row.why_not?.[language] ?? said.fixedText)}
          onClick={() => setChanging(row)}
        >
          {said.change}
        </Button>
      ),
    },
  ];
  return (
    <>
      <DataTable
        label={said.title}
        columns={columns}
        rows={rows}
        keyOf={({ name }) => name ?? ''}
        empty={
          <Empty title={said.none} action={<Button onClick={onShowAll}>{common.clearFilters}</Button>} />
        }
      />
      {changing === undefined ? null : (
        <ChangeSetting setting={changing} onClose={() => setChanging(undefined)} />
      )}
    </>
  );
}

function Source({ setting }: { readonly setting: Setting }): ReactNode {
  const { source = 'default', default: fallback = 'null' } = setting;
  const said = useTexts(settingsTexts);
  const words = useSettingWords();
  return (
    <Badge
      kind={source === 'set' ? 'accent' : source === 'start' ? 'info' : 'plain'}
      title={said.defaultIs(words(setting, textOf(fallback)))}
    >
      {said[source]}
    </Badge>
  );
}

/** With its unit; as it is written for those who point at it. */
function Value({ setting }: { readonly setting: Setting }): ReactNode {
  const said = useTexts(settingsTexts);
  const texts = useTexts(uiTexts);
  const { language } = useLanguage();
  const text = textOf(setting.value ?? '""');
  if (text === '') return <span className="muted">{said.empty}</span>;
  const words = settingWords(setting, text, { said: texts, language });
  if (words === undefined) return <code className="setting-value">{text}</code>;
  return (
    <span className="setting-words" title={text}>
      {words}
    </span>
  );
}
