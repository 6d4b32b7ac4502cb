import type { ReactNode } from 'react';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { type Column, DataTable } from '../../../ui/table/data-table.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import type { Comparison } from './comparison.ts';
import { compareTexts } from './text.ts';

type Difference = NonNullable<Comparison['config']>[number];

export function ComparedConfig({ rows }: { readonly rows: readonly Difference[] }): ReactNode {
  const said = useTexts(compareTexts);
  const columns: readonly Column<Difference>[] = [
    {
      id: 'what',
      header: said.what,
      cell: ({ section = '', name }) => (
        <span className="compared-name">
          <span>{Object.hasOwn(said, section) ? said[section as 'Env'] : section}</span>
          {name === undefined ? null : (
            <code className="whole" lang="en">
              {name}
            </code>
          )}
        </span>
      ),
    },
    { id: 'before', header: said.before, cell: ({ before }) => <Value text={before} gone /> },
    { id: 'after', header: said.after, cell: ({ after }) => <Value text={after} /> },
  ];
  return (
    <DataTable
      label={said.config}
      columns={columns}
      rows={rows}
      keyOf={({ section = '', name = '' }) => `${section} ${name}`}
      empty={<Empty title={said.sameConfig} />}
    />
  );
}

function Value({ text, gone }: { readonly text: string | undefined; readonly gone?: boolean }): ReactNode {
  const said = useTexts(compareTexts);
  if (text === undefined) return <span className="muted">{said.none}</span>;
  return (
    <code className={`compared-value ${gone === true ? 'before' : 'after'}`} lang="en">
      {text}
    </code>
  );
}
