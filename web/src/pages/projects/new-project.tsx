import { type ReactNode, type SubmitEvent, useState } from 'react';
import { useFailureText } from '../../api/failure.tsx';
import { useChange } from '../../api/use-change.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Dialog } from '../../ui/controls/dialog.tsx';
import { CheckField, TextField } from '../../ui/controls/field.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { navigate } from '../../ui/navigation/location.ts';
import { pathOf } from '../../ui/navigation/match.ts';
import { useTexts } from '../../ui/text/language.tsx';
import { projectsTexts } from './text.ts';

const formId = 'new-project';

export function NewProject({ onClose }: { readonly onClose: () => void }): ReactNode {
  const said = useTexts(projectsTexts);
  const failureText = useFailureText();
  const toast = useToast();
  const [name, setName] = useState('');
  const [isPublic, setPublic] = useState(false);
  const create = useChange('POST /api/v2.0/projects');
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    create.mutate(
      { body: { project_name: name, metadata: { public: String(isPublic) } } },
      {
        onSuccess: () => {
          toast({ text: said.made(name) });
          navigate(pathOf('/p/:project', { project: name }));
        },
      },
    );
  };
  return (
    <Dialog
      title={said.newProject}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{said.cancel}</Button>
          <Button look="primary" submit form={formId} busy={create.isPending}>
            {said.create}
          </Button>
        </>
      }
    >
      <form id={formId} className="form" onSubmit={submit}>
        <TextField
          label={said.name}
          value={name}
          onValue={setName}
          help={said.nameHelp}
          problem={create.error === null ? undefined : failureText(create.error)}
          required
          autoFocus
          autoComplete="off"
        />
        <CheckField label={said.makePublic} help={said.publicHelp} checked={isPublic} onChecked={setPublic} />
      </form>
    </Dialog>
  );
}
