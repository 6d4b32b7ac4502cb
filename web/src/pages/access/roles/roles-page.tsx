import { type ReactNode, useState } from 'react';

import { Failure } from '../../../api/failure.tsx';
import { useSession } from '../../../api/session.tsx';
import { useAnswer } from '../../../api/use-list.ts';
import { Button, DeleteButton } from '../../../ui/controls/button.tsx';
import { Skeleton } from '../../../ui/feedback/skeleton.tsx';
import { PageHead } from '../../../ui/show/page-head.tsx';
import { Badge } from '../../../ui/show/values.tsx';
import { type Column, DataTable } from '../../../ui/table/data-table.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { roleName } from '../parts/role-name.ts';
import { partsTexts } from '../parts/text.ts';
import { DeleteRole } from './delete-role.tsx';
import type { Role } from './role.ts';
import { RoleForm } from './role-form.tsx';
import { SystemHolders } from './system-holders.tsx';
import { rolesTexts } from './text.ts';

type Doing = 'make' | { readonly change: Role } | { readonly remove: Role } | undefined;

export function RolesPage(): ReactNode {
  const said = useTexts(rolesTexts);
  const [doing, setDoing] = useState<Doing>();
  const { data, error, refetch } = useAnswer('GET /api/berth/v1/roles', {});
  const { isAdministrator } = useSession();
  const whyNot = isAdministrator ? undefined : said.needsAdmin;
  const close = (): void => setDoing(undefined);
  return (
    <>
      <PageHead
        title={said.title}
        facts={<span>{said.intro}</span>}
        actions={
          <Button look="primary" icon="plus" whyNot={whyNot} onClick={() => setDoing('make')}>
            {said.newRole}
          </Button>
        }
      />
      {error !== null ? (
        <Failure error={error} onAgain={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton lines={8} />
      ) : (
        <div className="stack">
          {(['project', 'system'] as const).map((level) => (
            <section key={level} className="card roles">
              <h2>{said[level]}</h2>
              <p>{level === 'project' ? said.projectText : said.systemText}</p>
              <RoleTable
                label={said[level]}
                roles={data.filter((role) => role.level === level)}
                whyNot={whyNot}
                onDo={setDoing}
              />
            </section>
          ))}
          {isAdministrator ? <SystemHolders /> : null}
        </div>
      )}
      {doing === 'make' ? <RoleForm roles={data ?? []} onClose={close} /> : null}
      {typeof doing === 'object' && 'change' in doing ? (
        <RoleForm roles={data ?? []} before={doing.change} onClose={close} />
      ) : null}
      {typeof doing === 'object' && 'remove' in doing ? (
        <DeleteRole name={doing.remove.name ?? ''} onClose={close} />
      ) : null}
    </>
  );
}

interface RoleTableProps {
  readonly label: string;
  readonly roles: readonly Role[];
  readonly whyNot: string | undefined;
  readonly onDo: (doing: Doing) => void;
}

function RoleTable({ label, roles, whyNot, onDo }: RoleTableProps): ReactNode {
  const said = useTexts(rolesTexts);
  const parts = useTexts(partsTexts);
  const columns: readonly Column<Role>[] = [
    {
      id: 'name',
      header: said.name,
      cell: ({ name = '' }) => <span className="strong">{roleName(name, parts)}</span>,
    },
    {
      id: 'origin',
      header: said.origin,
      cell: ({ built_in: builtIn }) =>
        builtIn === true ? <Badge>{said.builtIn}</Badge> : <Badge kind="accent">{said.own}</Badge>,
    },
    {
      id: 'rights',
      header: said.rights,
      end: true,
      cell: ({ permissions = [] }) => <Rights rights={permissions} />,
    },
    {
      id: 'actions',
      header: '',
      actions: true,
      cell: (role) =>
        role.built_in === true ? null : (
          <>
            <Button
              small
              whyNot={whyNot}
              aria-label={said.changeOf(role.name ?? '')}
              onClick={() => onDo({ change: role })}
            >
              {said.change}
            </Button>
            <DeleteButton
              whyNot={whyNot}
              label={said.deleteOf(role.name ?? '')}
              onClick={() => onDo({ remove: role })}
            />
          </>
        ),
    },
  ];
  return (
    <DataTable label={label} columns={columns} rows={roles} keyOf={({ name }) => name ?? ''} empty={null} />
  );
}

function Rights({ rights }: { readonly rights: readonly string[] }): ReactNode {
  const said = useTexts(rolesTexts);
  return (
    <details className="as-command">
      <summary>{said.rightCount(rights.length)}</summary>
      <code>{rights.join(', ')}</code>
    </details>
  );
}
