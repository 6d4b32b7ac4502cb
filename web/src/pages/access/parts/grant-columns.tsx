import type { Row } from '../../../api/call.ts';
import { Badge, LongName, Time } from '../../../ui/show/values.tsx';
import type { Column } from '../../../ui/table/data-table.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { Ending } from './ending.tsx';
import { Holder } from './holder.tsx';
import { roleName } from './role-name.ts';
import { partsTexts } from './text.ts';

export type Grant = Row<'GET /api/berth/v1/grants'>;

/** @param project of which the list is: its name is left out of the places */
export function useGrantColumns(
  project?: string,
): Readonly<Record<'who' | 'through' | 'rest', readonly Column<Grant>[]>> {
  const said = useTexts(partsTexts);
  return {
    who: [
      {
        id: 'who',
        header: said.who,
        cell: ({ who = '', group_id: groupId }) => <Holder who={who} groupId={groupId} project={project} />,
      },
    ],
    through: [
      {
        id: 'through',
        header: said.through,
        cell: ({ who = '', group_id: groupId }) =>
          groupId === undefined ? (
            <span className="muted">{said.directly}</span>
          ) : (
            <Holder who={who} groupId={groupId} />
          ),
      },
    ],
    rest: [
      { id: 'role', header: said.role, cell: ({ role = '' }) => <Badge>{roleName(role, said)}</Badge> },
      {
        id: 'where',
        header: said.where,
        cell: ({ where = '' }) => <Where where={where} project={project} />,
      },
      {
        id: 'tags',
        header: said.tags,
        priority: 2,
        cell: ({ tag }) =>
          tag === undefined ? (
            <span className="muted">{said.allTags}</span>
          ) : (
            <code>
              <LongName name={tag} end={8} />
            </code>
          ),
      },
      { id: 'ends', header: said.ends, cell: ({ expires_at: at }) => <Ending at={at} /> },
      {
        id: 'since',
        header: said.since,
        ordered: 'ascending',
        priority: 4,
        cell: ({ created_at: at }) => <Time at={at} />,
      },
    ],
  };
}

function Where({ where, project }: { readonly where: string; readonly project: string | undefined }) {
  const said = useTexts(partsTexts);
  if (where === 'system') return said.everywhere;
  if (where === project) return said.wholeProject;
  const shown =
    project !== undefined && where.startsWith(`${project}/`) ? where.slice(project.length + 1) : where;
  return <LongName name={shown} end={8} />;
}
