import { type ReactNode, type SubmitEvent, useState } from 'react';
import type { Answer } from '../../api/call.ts';
import { Failure, useFailureText } from '../../api/failure.tsx';
import { useChange } from '../../api/use-change.ts';
import { useAnswer } from '../../api/use-list.ts';
import { Button } from '../../ui/controls/button.tsx';
import { CheckField } from '../../ui/controls/field.tsx';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import type { CardProps } from './card-props.ts';
import { projectSettingsTexts } from './text.ts';

type Metadata = NonNullable<Answer<'GET /api/v2.0/projects/{project_name_or_id}'>['metadata']>;

export function AccessCard(props: CardProps): ReactNode {
  const said = useTexts(projectSettingsTexts);
  const { data, error } = useAnswer('GET /api/v2.0/projects/{project_name_or_id}', {
    path: { project_name_or_id: props.project },
  });
  return (
    <section className="card">
      <h2>{said.access}</h2>
      {error !== null ? (
        <Failure error={error} />
      ) : data === undefined ? (
        <Skeleton lines={4} />
      ) : (
        <AccessForm {...props} metadata={data.metadata ?? {}} />
      )}
    </section>
  );
}

function AccessForm({ project, whyNot, metadata }: CardProps & { readonly metadata: Metadata }): ReactNode {
  const said = useTexts(projectSettingsTexts);
  const failureText = useFailureText();
  const toast = useToast();
  const [open, setOpen] = useState(metadata.public === 'true');
  const [sparse, setSparse] = useState(metadata.sparse_manifests === 'true');
  const change = useChange('PUT /api/v2.0/projects/{project_name_or_id}');
  const wanted = {
    public: String(open),
    sparse_manifests: String(sparse),
  };
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    change.mutate(
      { path: { project_name_or_id: project }, body: { metadata: wanted } },
      { onSuccess: () => toast({ text: said.saved }) },
    );
  };
  const sets = Object.entries(wanted).map(([key, value]) => `${key}=${value}`);
  return (
    <form className="form" onSubmit={submit}>
      <CheckField label={said.public} help={said.publicHelp} checked={open} onChecked={setOpen} />
      <CheckField label={said.sparse} help={said.sparseHelp} checked={sparse} onChecked={setSparse} />
      {change.error === null ? null : (
        <p className="problem" role="alert">
          {failureText(change.error)}
        </p>
      )}
      <div>
        <Button submit whyNot={whyNot('project:update')} busy={change.isPending}>
          {said.save}
        </Button>
      </div>
      <AsCommand code={`berth project update ${project} --set ${sets.join(' ')}`} />
    </form>
  );
}
