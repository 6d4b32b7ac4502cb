import { type ReactNode, type SubmitEvent, useState } from 'react';
import { call } from '../../api/call.ts';
import { Failure, useFailureText } from '../../api/failure.tsx';
import { useFormerNameDays } from '../../api/names/use-former-name-days.ts';
import { useCan } from '../../api/use-can.ts';
import { useDeparture } from '../../api/use-change.ts';
import { useAnswer } from '../../api/use-list.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Dialog } from '../../ui/controls/dialog.tsx';
import { TextField } from '../../ui/controls/field.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { navigate } from '../../ui/navigation/location.ts';
import { pathOf } from '../../ui/navigation/match.ts';
import type { PageProps } from '../../ui/navigation/page.ts';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { quoted } from '../../ui/text/quoted.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { settingsTexts } from './settings-text.ts';

interface CardProps {
  readonly project: string;
  readonly repository: string;
  /** Undefined: not known yet. */
  readonly may: boolean | undefined;
}

/** What changes a repository as a whole: its name, its end. */
export function SettingsPage({ params: { project = '', repository = '' } }: PageProps): ReactNode {
  const can = useCan(`${project}/${repository}`);
  const may = can('repository:delete');
  return (
    <div className="columns">
      <MoveCard project={project} repository={repository} may={may} />
      <RemovalCard project={project} repository={repository} may={may} />
    </div>
  );
}

function MoveCard({ project, repository, may }: CardProps): ReactNode {
  const said = useTexts(settingsTexts);
  const failureText = useFailureText();
  const toast = useToast();
  const from = `${project}/${repository}`;
  const [name, setName] = useState(from);
  const [asking, setAsking] = useState(false);
  const text = said.moveText(useFormerNameDays(project));
  const to = name.trim();
  const move = useDeparture(
    'POST /api/berth/v1/projects/{project_name}/repositories/{repository_name}/move',
    ({ body: { to: moved } }) => {
      const [target = '', ...path] = moved.split('/');
      setAsking(false);
      toast({ text: said.moved(moved) });
      const params = { project: target, repository: path.join('/') };
      navigate(pathOf('/p/:project/r/:repository*/-/settings', params), 'replace');
    },
  );
  const ask = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (to !== from) setAsking(true);
  };
  const run = (): void =>
    move.mutate(
      { path: { project_name: project, repository_name: repository }, body: { to } },
      { onError: () => setAsking(false) },
    );
  return (
    <section className="card">
      <h2>{said.name}</h2>
      <p>{text}</p>
      <form className="form" onSubmit={ask}>
        <TextField
          label={said.newName}
          help={said.newNameHelp}
          value={name}
          onValue={setName}
          problem={move.error === null ? undefined : failureText(move.error)}
          required
          autoComplete="off"
          spellCheck={false}
        />
        <div>
          <Button submit whyNot={may === false ? said.mayNotMove : to === from ? said.sameName : undefined}>
            {said.move}
          </Button>
        </div>
        <AsCommand
          berth={`berth repo move ${quoted(from)} ${quoted(to === from ? 'PROJECT/REPOSITORY' : to)}`}
        />
      </form>
      {asking ? (
        <Dialog
          title={said.moveTo(to)}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button onClick={() => setAsking(false)}>{said.cancel}</Button>
              <Button look="primary" busy={move.isPending} onClick={run}>
                {said.move}
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

function RemovalCard({ project, repository, may }: CardProps): ReactNode {
  const said = useTexts(settingsTexts);
  const { language } = useLanguage();
  const [asking, setAsking] = useState(false);
  const path = { project_name: project, repository_name: repository };
  const { data, error, refetch } = useAnswer(
    'GET /api/v2.0/projects/{project_name}/repositories/{repository_name}',
    { path },
  );
  const name = `${project}/${repository}`;
  if (error !== null) return <Failure error={error} onAgain={() => void refetch()} />;
  return (
    <section className="card">
      <h2>{said.danger}</h2>
      <p>{said.dangerText}</p>
      <Button
        icon="trash"
        busy={data === undefined}
        whyNot={may === false ? said.mayNotDelete : undefined}
        onClick={() => setAsking(true)}
      >
        {said.deleteRepository}
      </Button>
      <AsCommand berth={`berth repo delete ${quoted(name)}`} />
      {asking ? (
        <DeleteDialog
          title={said.deleteRepository}
          effect={said.effectRepository(formatNumber(data?.artifact_count ?? 0, language))}
          names={[name]}
          things={[
            {
              name,
              inTrash: `kind=repository,repository=${name}`,
              run: () =>
                call('DELETE /api/v2.0/projects/{project_name}/repositories/{repository_name}', { path }),
            },
          ]}
          onClose={() => setAsking(false)}
          onDone={() => navigate(pathOf('/p/:project', { project }))}
        />
      ) : null}
    </section>
  );
}
