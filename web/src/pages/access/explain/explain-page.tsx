import { type ReactNode, type SubmitEvent, useEffect, useId, useRef, useState } from 'react';
import { Failure } from '../../../api/failure.tsx';
import { useSession } from '../../../api/session.tsx';
import { useCan } from '../../../api/use-can.ts';
import { useAnswer, useList } from '../../../api/use-list.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/field.tsx';
import { Skeleton } from '../../../ui/feedback/skeleton.tsx';
import { useSearchState } from '../../../ui/navigation/use-search-state.ts';
import { AsCommand } from '../../../ui/show/as-command.tsx';
import { PageHead } from '../../../ui/show/page-head.tsx';
import { Parts } from '../../../ui/show/parts.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { quoted } from '../../../ui/text/quoted.ts';
import { curl } from '../parts/curl.ts';
import { Decision } from './decision.tsx';
import { readQuestion, repositoryOf } from './read-question.ts';
import { explainTexts } from './text.ts';

const defaults = { who: '', action: '', where: '' };

export function ExplainPage(): ReactNode {
  const said = useTexts(explainTexts);
  const [asked, ask] = useSearchState(defaults);
  return (
    <>
      <PageHead title={said.title} facts={<span>{said.intro}</span>} />
      <div className="stack">
        <Question key={JSON.stringify(asked)} asked={asked} onAsk={ask} />
        {isComplete(asked) ? <Answer asked={asked} /> : null}
      </div>
    </>
  );
}

function isComplete({ action, where }: typeof defaults): boolean {
  return action !== '' && where !== '';
}

interface QuestionProps {
  readonly asked: typeof defaults;
  readonly onAsk: (question: typeof defaults) => void;
}

/** In a narrow window it is one line, once it has been asked: the answer begins on the first screen. */
function Question({ asked, onAsk }: QuestionProps): ReactNode {
  const said = useTexts(explainTexts);
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const [open, setOpen] = useState(false);
  // What unfolded it is gone.
  useEffect(() => {
    if (open) form.current?.querySelector('input')?.focus();
  }, [open]);
  const isAsked = isComplete(asked);
  const [draft, setDraft] = useState({ ...asked, action: asked.action || 'pull' });
  const { data: roles = [] } = useAnswer('GET /api/berth/v1/roles', {});
  const { data: info } = useAnswer('GET /api/v2.0/systeminfo', {});
  const known = new Set(roles.flatMap(({ permissions = [] }) => permissions));
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setOpen(false);
    onAsk(readQuestion(draft, [location.host, info?.registry_url ?? '']));
  };
  const field = (key: keyof typeof defaults) => ({
    value: draft[key],
    onValue: (value: string) => setDraft((now) => ({ ...now, [key]: value })),
    autoComplete: 'off',
  });
  return (
    <form ref={form} className={`card question${isAsked && !open ? ' asked' : ''}`} onSubmit={submit}>
      <p className="question-now">
        <span>
          {asked.who === '' ? null : (
            <>
              <span lang="en">
                <Parts text={asked.who} />
              </span>
              {' · '}
            </>
          )}
          <code>{asked.action}</code>
          {' · '}
          <span lang="en">
            <Parts text={asked.where} />
          </span>
        </span>
        <Button small onClick={() => setOpen(true)}>
          {said.change}
        </Button>
      </p>
      <div className="pair">
        <TextField label={said.who} help={said.whoHelp} {...field('who')} />
        <TextField label={said.action} help={said.actionHelp} {...field('action')} list={id} required />
        <TextField label={said.where} help={said.whereHelp} {...field('where')} required />
      </div>
      <datalist id={id}>
        {['pull', 'push', 'delete', 'read', ...known].map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <div className="question-end">
        <Button look="primary" submit>
          {said.ask}
        </Button>
      </div>
    </form>
  );
}

function Answer({ asked }: { readonly asked: typeof defaults }): ReactNode {
  const { user } = useSession();
  const { data, error, refetch } = useAnswer('GET /api/berth/v1/explain', { query: asked });
  const { who, action, where } = asked;
  const name = user?.username ?? '';
  const query = new URLSearchParams({ ...(who === '' ? {} : { who }), action, where });
  const command = `berth access explain ${quoted(who || name)} ${quoted(action)} ${quoted(where)}`;
  if (error !== null) return <Failure error={error} onAgain={() => void refetch()} />;
  if (data === undefined) return <Skeleton lines={6} />;
  return (
    <>
      <Decision
        answer={data}
        who={who || name}
        self={who === '' || who === name}
        where={where}
        note={<Missing where={where} />}
      />
      <AsCommand berth={command} api={curl('GET', `/api/berth/v1/explain?${query.toString()}`, name)} />
    </>
  );
}

/** That a repository or a tag is not there, for who would see it in the list. */
function Missing({ where }: { readonly where: string }): ReactNode {
  const said = useTexts(explainTexts);
  const may = useCan(where);
  const { project = '', repository = '', tag = '' } = repositoryOf(where) ?? {};
  const { data, isPlaceholderData } = useList(
    'GET /api/v2.0/projects/{project_name}/repositories',
    {
      path: { project_name: project },
      query: { page_size: 1, q: `name=${encodeURIComponent(repository)}` },
    },
    { enabled: repository !== '' && may('repository:list') === true },
  );
  const tags = useList(
    'GET /api/v2.0/projects/{project_name}/repositories/{repository_name}/artifacts',
    {
      path: { project_name: project, repository_name: repository.slice(project.length + 1) },
      query: { page_size: 1, q: `tags=${encodeURIComponent(tag)}` },
    },
    { enabled: tag !== '' && data?.total === 1 && may('artifact:list') === true },
  );
  if (isPlaceholderData) return null;
  if (data?.total === 0) return <p>{said.missing}</p>;
  return tag !== '' && tags.data?.total === 0 && !tags.isPlaceholderData ? <p>{said.missingTag}</p> : null;
}
