import { type ReactNode, useState } from 'react';
import { call } from '../../api/call.ts';
import { useFailureText } from '../../api/failure.tsx';
import { useCan } from '../../api/use-can.ts';
import { useDeletion } from '../../api/use-deletion.ts';
import { useAnswer } from '../../api/use-list.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Dialog } from '../../ui/controls/dialog.tsx';
import { navigate } from '../../ui/navigation/location.ts';
import { useTexts } from '../../ui/text/language.tsx';
import { projectTexts } from './text.ts';

export function Removal({ project }: { readonly project: string }): ReactNode {
  const said = useTexts(projectTexts);
  const can = useCan(project);
  const [asking, setAsking] = useState(false);
  return (
    <section className="card">
      <h2>{said.delete}</h2>
      <p>{said.deleteText}</p>
      <Button
        icon="trash"
        whyNot={can('project:delete') === false ? said.mayNot : undefined}
        onClick={() => setAsking(true)}
      >
        {said.deleteProject}
      </Button>
      {asking ? <Asked project={project} onClose={() => setAsking(false)} /> : null}
    </section>
  );
}

/** What stands against it is told before anything is tried. */
function Asked({ project, onClose }: { readonly project: string; readonly onClose: () => void }): ReactNode {
  const said = useTexts(projectTexts);
  const failureText = useFailureText();
  const path = { project_name_or_id: project };
  const { data } = useAnswer('GET /api/v2.0/projects/{project_name_or_id}/_deletable', { path });
  const { remove, isPending, error } = useDeletion();
  const against = data?.deletable === true ? undefined : (data?.message ?? '');
  const deletion = {
    name: project,
    inTrash: `kind=project,project=${project}`,
    run: () => call('DELETE /api/v2.0/projects/{project_name_or_id}', { path }),
  };
  return (
    <Dialog
      title={said.deleteTitle(project)}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{said.cancel}</Button>
          <Button
            look="danger"
            busy={isPending || data === undefined}
            whyNot={against}
            onClick={() => remove([deletion], () => navigate('/p'))}
          >
            {said.delete}
          </Button>
        </>
      }
    >
      <p>{said.deleteEffect}</p>
      <p className="muted">{said.deleteText}</p>
      {data !== undefined && against !== undefined ? (
        <p className="banner warning" lang="en">
          {against}
        </p>
      ) : null}
      {error === null ? null : (
        <p className="problem" role="alert">
          {failureText(error)}
        </p>
      )}
    </Dialog>
  );
}
