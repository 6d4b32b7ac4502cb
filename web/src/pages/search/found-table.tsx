import type { ReactNode } from 'react';
import { addressOfFound, type Found, type Kind, nameOfFound } from '../../api/search/found.ts';
import { Link } from '../../ui/navigation/link.tsx';
import { Swatch } from '../../ui/show/swatch.tsx';
import { Badge, Count, LongName, Time } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { searchTexts } from './text.ts';

interface FoundTableProps {
  readonly kind: Kind;
  readonly rows: readonly Found[];
  readonly empty: ReactNode;
}

/** The server lists them by name; tags and artifacts by where they are. */
const byName: ReadonlySet<Kind> = new Set(['project', 'repository', 'user', 'label']);

/** What was found of one kind, each leading to its page. */
export function FoundTable({ kind, rows, empty }: FoundTableProps): ReactNode {
  const said = useTexts(searchTexts);
  const name: Column<Found> = {
    id: 'name',
    header: said.name,
    ...(byName.has(kind) ? { ordered: 'ascending' } : {}),
    cell: (found) => {
      const link = (
        <Link to={addressOfFound(found)} className="strong">
          <LongName name={nameOfFound(found)} />
        </Link>
      );
      if (kind !== 'label') return link;
      return (
        <span className="search-label">
          <Swatch color={found.color} />
          {link}
        </span>
      );
    },
  };
  return (
    <DataTable
      label={said[kind]}
      columns={[name, ...useColumns()[kind]]}
      rows={rows}
      keyOf={addressOfFound}
      empty={empty}
    />
  );
}

function useColumns(): Readonly<Record<Kind, readonly Column<Found>[]>> {
  const said = useTexts(searchTexts);
  const pushed: Column<Found> = {
    id: 'pushed',
    header: said.pushed,
    cell: ({ push_time: at }) => <Time at={at} />,
  };
  const counts = (id: string, header: string, of: (found: Found) => number | undefined): Column<Found> => ({
    id,
    header,
    end: true,
    cell: (found) => <Count value={of(found)} />,
  });
  return {
    project: [
      {
        id: 'access',
        header: said.access,
        cell: ({ public: open }) => (
          <Badge kind={open === true ? 'info' : 'plain'}>{open === true ? said.public : said.private}</Badge>
        ),
      },
      counts('repositories', said.repository, ({ repository_count: count }) => count),
    ],
    repository: [
      counts('artifacts', said.artifact, ({ artifact_count: count }) => count),
      counts('pulls', said.pulls, ({ pull_count: count }) => count),
    ],
    tag: [pushed],
    artifact: [
      {
        id: 'tag',
        header: said.tag,
        cell: ({ tag }) =>
          tag === undefined ? (
            <span className="muted">{said.noTag}</span>
          ) : (
            <Badge kind="accent">{tag}</Badge>
          ),
      },
      pushed,
    ],
    user: [{ id: 'realname', header: said.person, cell: ({ realname = '' }) => realname }],
    label: [
      {
        id: 'place',
        header: said.project,
        cell: ({ project }) => project ?? <span className="muted">{said.ofSystem}</span>,
      },
    ],
  };
}
