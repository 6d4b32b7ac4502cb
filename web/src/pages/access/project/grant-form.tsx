import { type ReactNode, type SubmitEvent, useState } from 'react';
import { useFailureText } from '../../../api/failure.tsx';
import { useSession } from '../../../api/session.tsx';
import { useAnswer } from '../../../api/use-list.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Dialog } from '../../../ui/controls/dialog.tsx';
import { SelectField, TextField } from '../../../ui/controls/field.tsx';
import { useToast } from '../../../ui/feedback/toast.tsx';
import { AsCommand } from '../../../ui/show/as-command.tsx';
import { formatEnd, timeOf } from '../../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../../ui/text/language.tsx';
import { quoted } from '../../../ui/text/quoted.ts';
import { curl } from '../parts/curl.ts';
import { dayOf } from '../parts/day.ts';
import type { Grant } from '../parts/grant-columns.tsx';
import { actionSets, projectRoles, roleName } from '../parts/role-name.ts';
import { partsTexts } from '../parts/text.ts';
import { type Draft, draftOf, grantBody } from './grant-draft.ts';
import { RepositoryField } from './repository-field.tsx';
import { roleEffect } from './role-effect.ts';
import { roleEffectTexts } from './role-effect-text.ts';
import { projectAccessTexts } from './text.ts';
import { useGive } from './use-give.ts';
import { WhoFields } from './who-fields.tsx';

const formId = 'give-access';

interface GrantFormProps {
  readonly project: string;
  /** What is changed; undefined: something is given. */
  readonly before?: Grant;
  /** What the fields begin with. */
  readonly proposed?: Grant | undefined;
  readonly onClose: () => void;
}

export function GrantForm({ project, before, proposed, onClose }: GrantFormProps): ReactNode {
  const said = useTexts(projectAccessTexts);
  const parts = useTexts(partsTexts);
  const { language } = useLanguage();
  const toast = useToast();
  const [draft, setDraft] = useState(() => draftOf(project, before ?? proposed));
  const set = (part: Partial<Draft>): void => setDraft((now) => ({ ...now, ...part }));
  const give = useGive();
  const body = grantBody(project, draft);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    give.mutate(
      { body, before: before?.id },
      {
        onSuccess: () => {
          const end = timeOf(body.expires_at);
          toast({
            text:
              end === undefined ? said.given(body.who) : said.givenUntil(body.who, formatEnd(end, language)),
          });
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      wide
      title={before === undefined ? said.give : said.changeOf(before.who ?? '')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{parts.cancel}</Button>
          <Button look="primary" submit form={formId} busy={give.isPending}>
            {before === undefined ? said.give : said.save}
          </Button>
        </>
      }
    >
      <form id={formId} className="form" onSubmit={submit}>
        {before === undefined ? <WhoFields draft={draft} onDraft={set} /> : null}
        <RightFields project={project} draft={draft} onDraft={set} fixed={before !== undefined} />
      </form>
      <Effect body={body} error={give.error} />
    </Dialog>
  );
}

type FieldsProps = { readonly draft: Draft; readonly onDraft: (part: Partial<Draft>) => void };

function RoleField({ draft, onDraft }: FieldsProps): ReactNode {
  const said = useTexts(projectAccessTexts);
  const parts = useTexts(partsTexts);
  const effects = useTexts(roleEffectTexts);
  const { data = [] } = useAnswer('GET /api/berth/v1/roles', {});
  const own = data.filter(({ level, built_in: builtIn }) => level === 'project' && builtIn !== true);
  const names = own.map(({ name = '' }) => name);
  const known = [...actionSets, ...projectRoles.toReversed(), ...names];
  const roles = known.includes(draft.role) ? known : [draft.role, ...known];
  const permissions = own.find(({ name }) => name === draft.role)?.permissions?.length;
  return (
    <SelectField
      label={said.may}
      help={roleEffect({ role: draft.role, onSome: draft.place === 'some', permissions }, effects)}
      value={draft.role}
      onValue={(role) => onDraft({ role })}
      options={roles.map((value) => ({ value, label: roleName(value, parts) }))}
    />
  );
}

interface RightFieldsProps extends FieldsProps {
  readonly project: string;
  /** Only the role and the end can be changed. */
  readonly fixed: boolean;
}

function RightFields({ project, draft, onDraft, fixed }: RightFieldsProps): ReactNode {
  const said = useTexts(projectAccessTexts);
  return (
    <>
      <RoleField draft={draft} onDraft={onDraft} />
      {fixed ? null : (
        <>
          <SelectField
            label={said.place}
            value={draft.place}
            onValue={(place) => onDraft({ place })}
            options={[
              { value: 'whole', label: said.whole },
              { value: 'some', label: said.some },
            ]}
          />
          {draft.place === 'whole' ? null : (
            <RepositoryField
              project={project}
              value={draft.repository}
              onValue={(repository) => onDraft({ repository })}
            />
          )}
        </>
      )}
      <div className="pair">
        {fixed ? null : (
          <TextField
            label={said.tag}
            help={said.tagHelp}
            value={draft.tag}
            onValue={(tag) => onDraft({ tag })}
            autoComplete="off"
          />
        )}
        <TextField
          label={said.end}
          help={said.endHelp}
          type="date"
          min={dayOf(Date.now())}
          value={draft.end}
          onValue={(end) => onDraft({ end })}
        />
      </div>
    </>
  );
}

function Effect(props: {
  readonly body: ReturnType<typeof grantBody>;
  readonly error: Error | null;
}): ReactNode {
  const { body, error } = props;
  const said = useTexts(projectAccessTexts);
  const parts = useTexts(partsTexts);
  const failureText = useFailureText();
  const { user } = useSession();
  const { language } = useLanguage();
  const { who, role, where, tag, expires_at: end } = body;
  const endAt = timeOf(end);
  const place = tag === undefined ? where : `${where}:${tag}`;
  const options = [
    ...(tag === undefined ? [] : ['--tag', quoted(tag)]),
    ...(end === undefined ? [] : ['--expires', end]),
  ];
  const command = ['berth access grant', quoted(who), quoted(role), quoted(where), ...options].join(' ');
  return (
    <>
      {error === null ? null : (
        <p className="problem" role="alert">
          {failureText(error)}
        </p>
      )}
      {who === '' || who.endsWith(':') || where.endsWith('/') ? null : (
        <>
          <p>
            {endAt === undefined
              ? said.effect(who, roleName(role, parts), place)
              : said.effectUntil(who, roleName(role, parts), place, formatEnd(endAt, language))}
          </p>
          <AsCommand berth={command} api={curl('POST', '/api/berth/v1/grants', user?.username ?? '', body)} />
        </>
      )}
    </>
  );
}
