import { type ReactNode, type SubmitEvent, useState } from 'react';
import { useFailureText } from '../../api/failure.tsx';
import { useCan } from '../../api/use-can.ts';
import { useChange } from '../../api/use-change.ts';
import { useLabels } from '../../api/use-labels.ts';
import { Button, IconButton } from '../../ui/controls/button.tsx';
import { SelectField } from '../../ui/controls/field.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { Swatch } from '../../ui/show/swatch.tsx';
import { LongName } from '../../ui/show/values.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import type { Artifact, Place } from './place.ts';
import { artifactTexts } from './text.ts';

interface LabelsOfProps {
  readonly artifact: Artifact;
  readonly place: Place;
}

/** The labels of the registry on an artifact, to look at, to put and to take. */
export function LabelsOf({ artifact, place }: LabelsOfProps): ReactNode {
  const said = useTexts(artifactTexts);
  const can = useCan(`${place.project}/${place.repository}`);
  const { take, put } = useMarking(artifact, place);
  const labels = artifact.labels ?? [];
  const mayTake = can('artifact-label:delete') === true;
  return (
    <section className="card">
      <h2>{said.labels}</h2>
      {labels.length === 0 ? (
        <p className="muted">{said.noLabels}</p>
      ) : (
        <ul className="label-list">
          {labels.map(({ id = 0, name = '', color, description }) => (
            <li key={id} title={description}>
              <Swatch color={color} />
              <span lang="en">
                <LongName name={name} />
              </span>
              {mayTake ? (
                <IconButton small icon="close" label={said.takeLabel(name)} onClick={() => take(id)} />
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {can('artifact-label:create') === true ? (
        <AddLabel project={place.project} worn={labels.map(({ id }) => id)} onPut={put} />
      ) : null}
    </section>
  );
}

function useMarking({ digest = '' }: Artifact, { project, repository }: Place) {
  const toast = useToast();
  const failureText = useFailureText();
  const add = useChange(
    'POST /api/v2.0/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/labels',
  );
  const remove = useChange(
    'DELETE /api/v2.0/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/labels/{label_id}',
  );
  const path = { project_name: project, repository_name: repository, reference: digest };
  const told = { onError: (error: Error) => toast({ kind: 'danger', text: failureText(error) }) };
  return {
    put: (id: number) => add.mutate({ path, body: { id } }, told),
    take: (id: number) => remove.mutate({ path: { ...path, label_id: id } }, told),
  };
}

interface AddLabelProps {
  readonly project: string;
  readonly worn: readonly (number | undefined)[];
  readonly onPut: (id: number) => void;
}

function AddLabel({ project, worn, onPut }: AddLabelProps): ReactNode {
  const said = useTexts(artifactTexts);
  const [chosen, setChosen] = useState('');
  const free = (useLabels(project) ?? []).filter(({ id }) => !worn.includes(id));
  if (free.length === 0) return null;
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onPut(Number(chosen));
    setChosen('');
  };
  return (
    <form className="label-add" onSubmit={submit}>
      <SelectField
        quiet
        label={said.addLabel}
        value={chosen}
        onValue={setChosen}
        options={[
          { value: '', label: said.choose },
          ...free.map(({ id = 0, name = '' }) => ({ value: String(id), label: name })),
        ]}
      />
      <Button submit icon="plus" whyNot={chosen === '' ? said.chooseFirst : undefined}>
        {said.add}
      </Button>
    </form>
  );
}
