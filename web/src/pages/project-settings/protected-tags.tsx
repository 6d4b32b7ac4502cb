import { type ReactNode, useState } from 'react';
import type { Row } from '../../api/call.ts';
import { Failure, useFailureText } from '../../api/failure.tsx';
import { useChange } from '../../api/use-change.ts';
import { useList } from '../../api/use-list.ts';
import { Button, DeleteButton } from '../../ui/controls/button.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { quoted } from '../../ui/text/quoted.ts';
import { AddRule, type NewRule } from './add-rule.tsx';
import type { CardProps } from './card-props.ts';
import { projectSettingsTexts } from './text.ts';

const list = '/api/berth/v1/projects/{project_name_or_id}/protected-tags' as const;

type Rule = Row<`GET ${typeof list}`>;

export function ProtectedTags({ project, whyNot }: CardProps): ReactNode {
  const said = useTexts(projectSettingsTexts);
  const [adding, setAdding] = useState(false);
  const path = { project_name_or_id: project };
  const { data, error } = useList(`GET ${list}`, { path });
  const create = useChange(`POST ${list}`);
  const columns = useColumns({ project, whyNot });
  const add = ({ tags, repositories, allowed }: NewRule): void =>
    create.mutate(
      { path, body: { tags, repositories, allowed: namesOf(allowed) } },
      { onSuccess: () => setAdding(false) },
    );
  return (
    <section className="card">
      <h2>{said.protected}</h2>
      <p>{said.protectedText}</p>
      {error === null ? (
        <DataTable
          label={said.protected}
          columns={columns}
          rows={data?.rows}
          keyOf={({ id }) => String(id)}
          empty={<p className="muted">{said.noProtection}</p>}
        />
      ) : (
        <Failure error={error} />
      )}
      <Button icon="plus" whyNot={whyNot('member:create')} onClick={() => setAdding(true)}>
        {said.add}
      </Button>
      {adding ? (
        <AddRule
          title={said.protected}
          names
          tagsHelp={said.protectedTagsHelp}
          commandOf={(rule) => commandOf(project, rule)}
          busy={create.isPending}
          error={create.error}
          onAdd={add}
          onClose={() => setAdding(false)}
        />
      ) : null}
    </section>
  );
}

function namesOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function commandOf(project: string, { tags, repositories, allowed }: NewRule): string {
  const where = repositories === '**' ? [] : [`--repositories ${quoted(repositories)}`];
  const names = namesOf(allowed).map((name) => `--allow ${quoted(name)}`);
  return [`berth tag protect ${project} ${quoted(tags)}`, ...where, ...names].join(' ');
}

function useColumns({ project, whyNot }: CardProps): readonly Column<Rule>[] {
  const said = useTexts(projectSettingsTexts);
  const toast = useToast();
  const failureText = useFailureText();
  const remove = useChange(`DELETE ${list}/{protection_id}`);
  const again = useChange(`POST ${list}`);
  const path = { project_name_or_id: project };
  const told = { onError: (error: Error) => toast({ kind: 'danger', text: failureText(error) }) };
  const onRemove = ({ id = 0, ...body }: Rule): void => {
    const action = { label: said.undo, onChoose: () => again.mutate({ path, body }, told) };
    remove.mutate(
      { path: { ...path, protection_id: id } },
      { ...told, onSuccess: () => toast({ text: said.removed, action }) },
    );
  };
  return [
    { id: 'tags', header: said.tags, cell: ({ tags }) => <code>{tags}</code> },
    {
      id: 'repositories',
      header: said.repositories,
      cell: ({ repositories }) => <code>{repositories}</code>,
    },
    { id: 'allowed', header: said.allowed, cell: ({ allowed = [] }) => <code>{allowed.join(', ')}</code> },
    {
      id: 'actions',
      header: '',
      actions: true,
      cell: (rule) => (
        <DeleteButton label={said.remove} whyNot={whyNot('member:delete')} onClick={() => onRemove(rule)} />
      ),
    },
  ];
}
