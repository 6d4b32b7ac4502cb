import type { ReactNode } from 'react';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { Time } from '../../../ui/show/values.tsx';
import { type Column, DataTable } from '../../../ui/table/data-table.tsx';
import { timeOf } from '../../../ui/text/format.ts';
import { useTexts } from '../../../ui/text/language.tsx';
import { ChangeBadge } from './change-badge.tsx';
import type { ChangeKind, Comparison } from './comparison.ts';
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
    { id: 'change', header: said.change, cell: (row) => <ChangeBadge change={changeOf(row)} /> },
    { id: 'before', header: said.before, cell: (row) => <Value of={row} side="before" /> },
    { id: 'after', header: said.after, cell: (row) => <Value of={row} side="after" /> },
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

function changeOf({ before, after }: Difference): ChangeKind {
  return before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
}

/** When something was made: of an image, and in what is written on it. */
const isTime = ({ section, name = '' }: Difference): boolean =>
  section === 'created' || name === 'org.opencontainers.image.created';

interface ValueProps {
  readonly of: Difference;
  readonly side: 'before' | 'after';
}

function Value({ of, side }: ValueProps): ReactNode {
  const said = useTexts(compareTexts);
  const text = of[side];
  if (text === undefined) return <span className="muted">{said.none}</span>;
  const value = (
    <code className={`compared-value ${side}`} lang="en">
      {text}
    </code>
  );
  if (!isTime(of) || timeOf(text) === undefined) return value;
  return (
    <span className="compared-time">
      <Time at={text} />
      {value}
    </span>
  );
}
