import type { ReactNode } from 'react';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { Digest, Size } from '../../../ui/show/values.tsx';
import { type Column, DataTable } from '../../../ui/table/data-table.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { shortInstruction } from '../read-config.ts';
import { ChangeBadge } from './change-badge.tsx';
import type { Comparison } from './comparison.ts';
import { compareTexts } from './text.ts';

type Layer = NonNullable<Comparison['layers']>[number] & { readonly at: number };

interface ComparedLayersProps {
  readonly rows: NonNullable<Comparison['layers']>;
}

export function ComparedLayers({ rows }: ComparedLayersProps): ReactNode {
  const said = useTexts(compareTexts);
  const columns: readonly Column<Layer>[] = [
    {
      id: 'instruction',
      header: said.instruction,
      cell: ({ created_by: line, media_type: type }) => (
        <code className="instruction" title={line ?? type}>
          {shortInstruction(line) ?? type}
        </code>
      ),
    },
    { id: 'change', header: said.change, cell: ({ change }) => <ChangeBadge change={change} /> },
    { id: 'size', header: said.size, end: true, cell: ({ size }) => <Size bytes={size} /> },
    { id: 'digest', header: said.digest, priority: 2, cell: ({ digest }) => <Digest digest={digest} /> },
  ];
  return (
    <DataTable
      label={said.layers}
      columns={columns}
      rows={rows.map((layer, at) => ({ ...layer, at }))}
      keyOf={({ at }) => String(at)}
      empty={<Empty title={said.noLayers} />}
    />
  );
}
