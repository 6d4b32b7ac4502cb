import { type ReactNode, type SubmitEvent, useState } from 'react';
import { Failure, useFailureText } from '../../../api/failure.tsx';
import { useSession } from '../../../api/session.tsx';
import { useChange } from '../../../api/use-change.ts';
import { useAnswer } from '../../../api/use-list.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Dialog } from '../../../ui/controls/dialog.tsx';
import { SelectField, TextField } from '../../../ui/controls/field.tsx';
import { AsCommand } from '../../../ui/show/as-command.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { quoted } from '../../../ui/text/quoted.ts';
import { ChoiceList } from '../parts/choice-list.tsx';
import { curl } from '../parts/curl.ts';
import { partsTexts } from '../parts/text.ts';
import {
  emptyDraft,
  isLimitable,
  type NewRobotBody,
  presetsFor,
  type RobotDraft,
  robotBody,
} from './rights.ts';
import type { Made } from './robot-doings.tsx';
import { robotsTexts } from './text.ts';

const formId = 'new-robot';

interface NewRobotProps {
  readonly project: string | undefined;
  readonly onMade: (made: Made) => void;
  readonly onClose: () => void;
}

export function NewRobot({ project, onMade, onClose }: NewRobotProps): ReactNode {
  const said = useTexts(robotsTexts);
  const parts = useTexts(partsTexts);
  const failureText = useFailureText();
  const { user, isAdministrator } = useSession();
  const [typed, setTyped] = useState<Partial<RobotDraft>>({});
  const { data: settings } = useAnswer('GET /api/v2.0/configurations', {}, { enabled: isAdministrator });
  const days = settings?.robot_token_duration?.value;
  const draft = { ...emptyDraft, ...(days === undefined ? {} : { days: String(days) }), ...typed };
  const create = useChange('POST /api/v2.0/robots');
  const listed = draft.preset === 'custom' || draft.preset === 'all';
  const asked = useAnswer('GET /api/v2.0/permissions', {}, { enabled: listed });
  const permissions = asked.data;
  const failure = listed && permissions === undefined ? asked.error : null;
  const all = (permissions?.project ?? []).map(({ resource, action }) => `${resource}:${action}`);
  const body = robotBody(draft, { project, all });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    create.mutate(
      { body },
      {
        onSuccess: ({ name = '', secret = '' }) => {
          onClose();
          onMade({ name, secret });
        },
      },
    );
  };
  return (
    <Dialog
      wide
      title={said.newRobot}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{parts.cancel}</Button>
          <Button
            look="primary"
            submit
            form={formId}
            busy={create.isPending || (listed && permissions === undefined && failure === null)}
            whyNot={failure === null ? undefined : failureText(failure)}
          >
            {said.create}
          </Button>
        </>
      }
    >
      <form id={formId} className="form" onSubmit={submit}>
        <Fields
          draft={draft}
          project={project}
          all={all}
          onDraft={(part) => setTyped((now) => ({ ...now, ...part }))}
        />
      </form>
      {failure === null ? null : <Failure error={failure} onAgain={() => void asked.refetch()} />}
      {create.error === null ? null : (
        <p className="problem" role="alert">
          {failureText(create.error)}
        </p>
      )}
      <AsCommand
        berth={commandOf(body, project)}
        api={curl('POST', '/api/v2.0/robots', user?.username ?? '', body)}
      />
    </Dialog>
  );
}

function commandOf(
  { name = '', duration, permissions = [] }: NewRobotBody,
  project: string | undefined,
): string {
  const rights = permissions.flatMap(({ namespace, access = [] }) =>
    access.map(({ resource, action }) => {
      const right = `${resource}:${action}`;
      return `--permission ${quoted(project === undefined ? `${namespace}/${right}` : right)}`;
    }),
  );
  const limits = (permissions[0]?.repositories ?? []).map((each) => `--repositories ${quoted(each)}`);
  const where = project === undefined ? '--system' : `-p ${quoted(project)}`;
  return [
    'berth robot create',
    quoted(name || 'NAME'),
    where,
    ...rights,
    ...limits,
    `--days ${duration}`,
  ].join(' ');
}

interface FieldsProps {
  readonly draft: RobotDraft;
  readonly project: string | undefined;
  readonly all: readonly string[];
  readonly onDraft: (part: Partial<RobotDraft>) => void;
}

function Fields({ draft, project, all, onDraft }: FieldsProps): ReactNode {
  const said = useTexts(robotsTexts);
  const field = (key: 'name' | 'description' | 'days' | 'projects' | 'repositories') => ({
    value: draft[key],
    onValue: (value: string) => onDraft({ [key]: value }),
    autoComplete: 'off',
  });
  return (
    <>
      <div className="pair">
        <TextField label={said.name} help={said.nameHelp} {...field('name')} required autoFocus />
        <TextField label={said.days} help={said.daysHelp} {...field('days')} inputMode="numeric" required />
      </div>
      <TextField label={said.description} {...field('description')} />
      <div className="pair">
        <SelectField
          label={said.preset}
          value={draft.preset}
          onValue={(preset) => onDraft({ preset })}
          options={presetsFor(project).map((value) => ({ value, label: said[value] }))}
          help={said[`${draft.preset}Help`]}
        />
        {project === undefined ? (
          <TextField label={said.projects} help={said.projectsHelp} {...field('projects')} required />
        ) : null}
        {isLimitable(draft, project) ? (
          <TextField label={said.repositories} help={said.repositoriesHelp} {...field('repositories')} />
        ) : null}
      </div>
      {draft.preset === 'custom' ? (
        <ChoiceList
          label={said.choose}
          options={all}
          chosen={draft.chosen}
          onChosen={(chosen) => onDraft({ chosen })}
        />
      ) : null}
    </>
  );
}
