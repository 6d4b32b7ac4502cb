import { type ReactNode, useState } from 'react';
import type { Row } from '../../api/call.ts';
import { Failure, useFailureText } from '../../api/failure.tsx';
import { useChange } from '../../api/use-change.ts';
import { useList } from '../../api/use-list.ts';
import { Button, DeleteButton } from '../../ui/controls/button.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { wholeAddress } from '../../ui/navigation/prefix.ts';
import { Badge } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { AddRule, type NewRule } from './add-rule.tsx';
import type { CardProps } from './card-props.ts';
import { projectSettingsTexts } from './text.ts';

type Rule = Row<'GET /api/v2.0/projects/{project_name_or_id}/immutabletagrules'>;
type Selector = NonNullable<Rule['tag_selectors']>[number];

const one = '/api/v2.0/projects/{project_name_or_id}/immutabletagrules/{immutable_rule_id}' as const;

export function ImmutableTags({ project, whyNot }: CardProps): ReactNode {
  const said = useTexts(projectSettingsTexts);
  const [adding, setAdding] = useState(false);
  const path = { project_name_or_id: project };
  const { data, error } = useList('GET /api/v2.0/projects/{project_name_or_id}/immutabletagrules', { path });
  const create = useChange('POST /api/v2.0/projects/{project_name_or_id}/immutabletagrules');
  const columns = useColumns({ project, whyNot });
  const add = (rule: NewRule): void =>
    create.mutate({ path, body: bodyOf(rule) }, { onSuccess: () => setAdding(false) });
  return (
    <section className="card">
      <h2>{said.immutable}</h2>
      <p>{said.immutableText}</p>
      {error === null ? (
        <DataTable
          label={said.immutable}
          columns={columns}
          rows={data?.rows}
          keyOf={({ id }) => String(id)}
          empty={<p className="muted">{said.noRule}</p>}
        />
      ) : (
        <Failure error={error} />
      )}
      <Button icon="plus" whyNot={whyNot('immutable-tag:create')} onClick={() => setAdding(true)}>
        {said.add}
      </Button>
      {adding ? (
        <AddRule
          title={said.immutable}
          names={false}
          tagsHelp={said.tagsHelp}
          commandOf={(rule) => apiCommand(project, rule)}
          busy={create.isPending}
          error={create.error}
          onAdd={add}
          onClose={() => setAdding(false)}
        />
      ) : null}
    </section>
  );
}

function bodyOf({ tags, repositories }: NewRule): Rule {
  return {
    action: 'immutable',
    template: 'immutable_template',
    tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: tags }],
    scope_selectors: {
      repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: repositories }],
    },
  };
}

function apiCommand(project: string, rule: NewRule): string {
  const address = wholeAddress(`/api/v2.0/projects/${project}/immutabletagrules`);
  const body = JSON.stringify(bodyOf(rule)).replaceAll("'", `'\\''`);
  return `curl -u NAME -X POST -H 'Content-Type: application/json' -d '${body}' ${address}`;
}

function useColumns({ project, whyNot }: CardProps): readonly Column<Rule>[] {
  const said = useTexts(projectSettingsTexts);
  const toast = useToast();
  const failureText = useFailureText();
  const update = useChange(`PUT ${one}`);
  const remove = useChange(`DELETE ${one}`);
  const again = useChange('POST /api/v2.0/projects/{project_name_or_id}/immutabletagrules');
  const told = { onError: (error: Error) => toast({ kind: 'danger', text: failureText(error) }) };
  const pathTo = ({ id = 0 }: Rule) => ({ project_name_or_id: project, immutable_rule_id: id });
  const turn = (rule: Rule): void =>
    update.mutate({ path: pathTo(rule), body: { ...rule, disabled: rule.disabled !== true } }, told);
  const onRemove = (rule: Rule): void => {
    const { id: _id, ...body } = rule;
    const action = {
      label: said.undo,
      onChoose: () => again.mutate({ path: { project_name_or_id: project }, body }, told),
    };
    remove.mutate(
      { path: pathTo(rule) },
      { ...told, onSuccess: () => toast({ text: said.removed, action }) },
    );
  };
  const text = (selectors: readonly Selector[] = []): ReactNode =>
    selectors.map(({ pattern = '', decoration = '' }) => (
      <code key={pattern}>{/excludes$/i.test(decoration) ? said.excludes(pattern) : pattern}</code>
    ));
  return [
    { id: 'tags', header: said.tags, cell: (rule) => text(rule.tag_selectors) },
    { id: 'repositories', header: said.repositories, cell: (rule) => text(rule.scope_selectors?.repository) },
    {
      id: 'state',
      header: said.state,
      cell: ({ disabled }) =>
        disabled === true ? <Badge>{said.off}</Badge> : <Badge kind="ok">{said.on}</Badge>,
    },
    {
      id: 'actions',
      header: '',
      actions: true,
      cell: (rule) => (
        <>
          <Button small whyNot={whyNot('immutable-tag:update')} onClick={() => turn(rule)}>
            {rule.disabled === true ? said.turnOn : said.turnOff}
          </Button>
          <DeleteButton
            label={said.remove}
            whyNot={whyNot('immutable-tag:delete')}
            onClick={() => onRemove(rule)}
          />
        </>
      ),
    },
  ];
}
