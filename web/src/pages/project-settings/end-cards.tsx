import { type ReactNode, type SubmitEvent, useState } from 'react';
import { call } from '../../api/call.ts';
import { useFailureText } from '../../api/failure.tsx';
import { useFormerNameDays } from '../../api/names/use-former-name-days.ts';
import { useDeparture } from '../../api/use-change.ts';
import { useDeletion } from '../../api/use-deletion.ts';
import { useAnswer } from '../../api/use-list.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Dialog } from '../../ui/controls/dialog.tsx';
import { TextField } from '../../ui/controls/field.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { navigate } from '../../ui/navigation/location.ts';
import { pathOf } from '../../ui/navigation/match.ts';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { quoted } from '../../ui/text/quoted.ts';
import type { CardProps } from './card-props.ts';
import { projectSettingsTexts } from './text.ts';

/** What changes the project as a whole. */
export function EndCards(props: CardProps): ReactNode {
  return (
    <div className="columns">
      <RenameCard {...props} />
      <DeleteCard {...props} />
    </div>
  );
}

function RenameCard({ project, whyNot }: CardProps): ReactNode {
  const said = useTexts(projectSettingsTexts);
  const failureText = useFailureText();
  const toast = useToast();
  const [name, setName] = useState('');
  const [asking, setAsking] = useState(false);
  const text = said.renameText(useFormerNameDays(project));
  const to = name.trim();
  const rename = useDeparture(
    'POST /api/berth/v1/projects/{project_name_or_id}/rename',
    ({ body: { name: renamed } }) => {
      setAsking(false);
      toast({ text: said.renamed(renamed) });
      navigate(pathOf('/p/:project/settings', { project: renamed }), 'replace');
    },
  );
  const ask = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setAsking(true);
  };
  const run = (): void =>
    rename.mutate(
      { path: { project_name_or_id: project }, body: { name: to } },
      { onError: () => setAsking(false) },
    );
  return (
    <section className="card">
      <h2>{said.name}</h2>
      <p>{text}</p>
      <form className="form" onSubmit={ask}>
        <TextField
          label={said.newName}
          value={name}
          onValue={setName}
          problem={rename.error === null ? undefined : failureText(rename.error)}
          required
          autoComplete="off"
        />
        <div>
          <Button submit whyNot={whyNot('project:update')}>
            {said.rename}
          </Button>
        </div>
        <AsCommand code={`berth project rename ${project} ${quoted(to || 'NEW-NAME')}`} />
      </form>
      {asking ? (
        <Dialog
          title={said.renameTo(to)}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button onClick={() => setAsking(false)}>{said.cancel}</Button>
              <Button look="primary" busy={rename.isPending} onClick={run}>
                {said.rename}
              </Button>
            </>
          }
        >
          <p>{text}</p>
        </Dialog>
      ) : null}
    </section>
  );
}

function DeleteCard({ project, whyNot }: CardProps): ReactNode {
  const said = useTexts(projectSettingsTexts);
  const [asking, setAsking] = useState(false);
  const why = whyNot('project:delete');
  const { data } = useAnswer(
    'GET /api/v2.0/projects/{project_name_or_id}/_deletable',
    { path: { project_name_or_id: project } },
    { enabled: why === undefined },
  );
  const full = data !== undefined && data.deletable !== true;
  return (
    <section className="card">
      <h2>{said.delete}</h2>
      <p>{said.deleteText}</p>
      <Button look="danger" whyNot={why ?? (full ? said.filled : undefined)} onClick={() => setAsking(true)}>
        {said.delete}
      </Button>
      <AsCommand code={`berth project delete ${project}`} />
      {asking ? <DeleteProject project={project} onClose={() => setAsking(false)} /> : null}
    </section>
  );
}

function DeleteProject(props: { readonly project: string; readonly onClose: () => void }): ReactNode {
  const { project, onClose } = props;
  const said = useTexts(projectSettingsTexts);
  const failureText = useFailureText();
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const { remove, isPending, error } = useDeletion();
  const deletion = {
    name: project,
    inTrash: `kind=project,project=${project}`,
    run: () =>
      call('DELETE /api/v2.0/projects/{project_name_or_id}', { path: { project_name_or_id: project } }),
  };
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setWrong(typed !== project);
    if (typed !== project) return;
    remove([deletion], () => navigate('/p'));
  };
  const problem = wrong ? said.typeNameWrong : error === null ? undefined : failureText(error);
  return (
    <Dialog
      title={said.delete}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{said.cancel}</Button>
          <Button look="danger" submit form="delete-project" busy={isPending}>
            {said.delete}
          </Button>
        </>
      }
    >
      <form id="delete-project" className="form" onSubmit={submit}>
        <p>{said.deleteEffects(project)}</p>
        <p>{said.deleteUndo}</p>
        <TextField
          label={said.typeName(project)}
          value={typed}
          onValue={setTyped}
          problem={problem}
          autoFocus
          autoComplete="off"
        />
      </form>
    </Dialog>
  );
}
