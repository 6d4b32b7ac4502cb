import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Button, LinkButton } from '../../ui/controls/button.tsx';
import { Dialog } from '../../ui/controls/dialog.tsx';
import { SelectField } from '../../ui/controls/field.tsx';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { curlOf } from '../../ui/show/curl-of.ts';
import { isUnderWay } from '../../ui/show/work-status.tsx';
import type { Choice } from '../../ui/table/choice.ts';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import type { Said } from '../../ui/text/say.ts';
import { call } from '../call.ts';
import { useFailureText } from '../failure.tsx';
import type { Operations } from '../generated/operations.ts';
import { useChange } from '../use-change.ts';
import { useLabels } from '../use-labels.ts';
import { BatchEstimate, Matching } from './batch-estimate.tsx';
import { type Batch, BatchProgress, useBatch } from './batch-progress.tsx';
import { batchTexts } from './batch-text.ts';
import { type Action, doingOf } from './doing-of.ts';
import { UndoButton } from './undo-button.tsx';

type Body = Operations['POST /api/berth/v1/batches']['body'];

export interface Asked {
  readonly action: Action;
  /** Where the things are. */
  readonly project?: string;
  readonly repository?: string;
  readonly choice: Choice;
  /** What the list is filtered by. */
  readonly matching: { readonly q?: string; readonly name?: string; readonly older_than_days?: number };
  /** How many the list shows of all pages. */
  readonly total: number;
}

function bodyOf({ action, project, repository, choice, matching, total }: Asked, label: string): Body {
  const where = {
    action,
    ...(project === undefined ? {} : { project }),
    ...(repository === undefined ? {} : { repository }),
    ...(label === '' ? {} : { label_id: Number(label) }),
  };
  return choice.everything
    ? {
        ...where,
        matching,
        count: total - choice.except.size,
        ...(choice.except.size === 0 ? {} : { except: [...choice.except] }),
      }
    : { ...where, items: [...choice.selection.chosen] };
}

interface BatchDialogProps {
  readonly asked: Asked;
  readonly onClose: () => void;
}

/** Says exactly what goes, stays and comes back before anything happens; then how far it is, and takes it back. */
export function BatchDialog({ asked: given, onClose }: BatchDialogProps): ReactNode {
  // What was chosen when it was opened: the list goes on.
  const [asked] = useState(given);
  const [started, setStarted] = useState<number>();
  return started === undefined ? (
    <Asking
      asked={asked}
      onClose={onClose}
      onStarted={(id) => {
        setStarted(id);
        asked.choice.clear();
      }}
    />
  ) : (
    <Running key={started} id={started} onClose={onClose} onUndo={setStarted} />
  );
}

interface AskingProps extends BatchDialogProps {
  readonly onStarted: (id: number) => void;
}

function Asking({ asked, onClose, onStarted }: AskingProps): ReactNode {
  const said = useTexts(batchTexts);
  const { language } = useLanguage();
  const failureText = useFailureText();
  const [label, setLabel] = useState('');
  const body = bodyOf(asked, label);
  const does = doingOf(asked.action);
  const unlabelled = (does === 'put' || does === 'take') && label === '';
  const start = useChange('POST /api/berth/v1/batches');
  const { data, error } = useQuery({
    queryKey: ['batch estimate', body],
    queryFn: ({ signal }) => call('POST /api/berth/v1/batches', { body: { ...body, dry_run: true } }, signal),
    gcTime: 0,
    // Once it has begun, what it is about may be gone.
    enabled: start.isIdle && !unlabelled,
  });
  const { action, choice, total } = asked;
  const number = (value: number): string => formatNumber(value, language);
  const count = number(choice.everything ? total - choice.except.size : choice.selection.chosen.size);
  const going = data?.going ?? 0;
  const run = (): void => {
    start.mutate({ body }, { onSuccess: (answer) => onStarted((answer as Batch).id ?? 0) });
  };
  const problem = error ?? start.error;
  return (
    <Dialog
      title={said[action](count)}
      onClose={onClose}
      wide
      actions={
        <>
          <Button onClick={onClose}>{said.cancel}</Button>
          <Button
            look={does === 'delete' ? 'danger' : 'primary'}
            busy={start.isPending}
            whyNot={
              unlabelled
                ? said.chooseLabel
                : data === undefined
                  ? said.looking
                  : going === 0
                    ? said.nothingGoes
                    : undefined
            }
            onClick={run}
          >
            {said[verbs[does]](number(going))}
          </Button>
        </>
      }
    >
      <p>{effectOf(action, said)}</p>
      {choice.everything ? <Matching {...asked.matching} except={choice.except.size} /> : null}
      {does === 'put' || does === 'take' ? (
        <LabelField project={asked.project ?? ''} label={label} onLabel={setLabel} />
      ) : null}
      {data === undefined && error === null && !unlabelled ? <Skeleton lines={4} /> : null}
      {data === undefined ? null : <BatchEstimate action={action} estimate={data} />}
      <p className="muted">{said[undoTexts[does]]}</p>
      {problem === null ? null : (
        <p className="problem" role="alert">
          {failureText(problem)}
        </p>
      )}
      <AsCommand code={curlOf('POST', '/api/berth/v1/batches', body)} />
    </Dialog>
  );
}

const verbs = { delete: 'delete', restore: 'restoreMany', put: 'putMany', take: 'takeMany' } as const;
const undoTexts = {
  delete: 'undoText',
  restore: 'restoreText',
  put: 'undoLabelText',
  take: 'undoLabelText',
} as const;

interface LabelFieldProps {
  readonly project: string;
  readonly label: string;
  readonly onLabel: (label: string) => void;
}

function LabelField({ project, label, onLabel }: LabelFieldProps): ReactNode {
  const said = useTexts(batchTexts);
  const labels = useLabels(project);
  if (labels === undefined) return <Skeleton lines={1} />;
  if (labels.length === 0) return <p className="muted">{said.noLabel}</p>;
  return (
    <SelectField
      label={said.label}
      value={label}
      onValue={onLabel}
      options={[
        { value: '', label: said.chooseLabel },
        ...labels.map(({ id = 0, name = '' }) => ({ value: String(id), label: name })),
      ]}
    />
  );
}

function effectOf(action: Action, said: Said<typeof batchTexts>): string {
  switch (action) {
    case 'delete-tags':
      return said.effectTags;
    case 'delete-artifacts':
      return said.effectArtifacts;
    case 'delete-repositories':
      return said.effectRepositories;
    case 'restore':
      return said.effectRestore;
    case 'label-tags':
    case 'unlabel-tags':
      return said.effectLabelTags;
    case 'label-artifacts':
    case 'unlabel-artifacts':
      return said.effectLabelArtifacts;
  }
}

interface RunningProps {
  readonly id: number;
  readonly onClose: () => void;
  readonly onUndo: (id: number) => void;
}

function Running({ id, onClose, onUndo }: RunningProps): ReactNode {
  const said = useTexts(batchTexts);
  const { language } = useLanguage();
  const failureText = useFailureText();
  const { data, error } = useBatch(id);
  const [failed, setFailed] = useState<Error>();
  const problem = error ?? failed;
  const { action = 'restore', total = 0, done = 0, status, restorable = 0 } = data ?? {};
  // What stayed was not deleted: the title tells what was done.
  const hasEnded = data !== undefined && !isUnderWay(status);
  const title = hasEnded
    ? said[`${action} done`](formatNumber(done, language))
    : said[action](formatNumber(total, language));
  return (
    <Dialog
      title={title}
      onClose={onClose}
      wide
      actions={
        <>
          <LinkButton to={pathOf('/batches/:batch', { batch: String(id) })}>{said.details}</LinkButton>
          {data === undefined || isUnderWay(status) || restorable === 0 ? null : (
            <UndoButton batch={data} onStarted={onUndo} onError={setFailed} />
          )}
          <Button look="primary" onClick={onClose}>
            {said.close}
          </Button>
        </>
      }
    >
      {data === undefined ? <Skeleton lines={3} /> : <BatchProgress batch={data} />}
      {problem === undefined ? null : (
        <p className="problem" role="alert">
          {failureText(problem)}
        </p>
      )}
    </Dialog>
  );
}
