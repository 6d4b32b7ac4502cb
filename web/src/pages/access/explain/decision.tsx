import { type ReactNode, useState } from 'react';
import { useBecauseText } from '../../../api/because/use-because-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { CodeBlock } from '../../../ui/show/code-block.tsx';
import { Parts } from '../../../ui/show/parts.tsx';
import { Badge } from '../../../ui/show/values.tsx';
import { DataTable } from '../../../ui/table/data-table.tsx';
import { useLanguage, useTexts } from '../../../ui/text/language.tsx';
import { uiTexts } from '../../../ui/text.ts';
import { type Grant, useGrantColumns } from '../parts/grant-columns.tsx';
import { GrantForm } from '../project/grant-form.tsx';
import { useManaging } from '../project/use-managing.ts';
import { readCommand } from './read-command.ts';
import { explainTexts } from './text.ts';
import { type Explanation, isOff, verdict } from './verdict.ts';

interface DecisionProps {
  readonly answer: Explanation;
  readonly who: string;
  /** Who asks is who is asked about. */
  readonly self: boolean;
  readonly where: string;
  /** What else there is to know of the place. */
  readonly note: ReactNode;
}

/** The answer first, then why, then what would change it. */
export function Decision({ answer, who, self, where, note }: DecisionProps): ReactNode {
  const said = useTexts(explainTexts);
  const { language } = useLanguage();
  const { action = '', allowed, visible, deciding, nearest } = answer;
  const gates = (answer.gates ?? []).filter(({ kind }) => kind !== 'account');
  const off = isOff(answer);
  const may = allowed === true && !off;
  const blocked = may && gates.length > 0;
  const lacks = {
    time: said.lacksTime,
    tags: said.lacksTags,
    place: said.lacksPlace,
    right: said.lacksRight,
  };
  return (
    <>
      <section className="card stack" role="status">
        <div className="verdict">
          <Badge kind={blocked ? 'warning' : may ? 'ok' : 'danger'}>
            {blocked ? said.blocked : may ? said.yes : said.no}
          </Badge>
          <strong>
            <Parts text={verdict({ answer, who: self ? undefined : who, where, language }, said)} />
          </strong>
          <small className="muted">
            <code lang="en">{action}</code>
          </small>
        </div>
        {note}
        {answer.public === true && !off ? <p>{said.everybody}</p> : null}
        {visible === false && !off ? <p>{self ? said.hiddenSelf : said.hidden}</p> : null}
        <Gates gates={gates} />
        <Told answer={answer} self={self} />
      </section>
      {off ? null : <GrantCard title={said.deciding} grant={deciding} />}
      <GrantCard
        title={said.nearest}
        grant={nearest?.grant}
        text={nearest?.lacks === undefined ? undefined : lacks[nearest.lacks]}
      />
      <Enough answer={answer} self={self} />
    </>
  );
}

function Gates({ gates }: { readonly gates: NonNullable<Explanation['gates']> }): ReactNode {
  const said = useTexts(explainTexts);
  const { language } = useLanguage();
  const textOf = useBecauseText();
  if (gates.length === 0) return null;
  return (
    <div>
      <h2>{said.gates}</h2>
      <ul>
        {gates.map(({ kind, message: sentence, because }) => {
          const text = textOf(because);
          return (
            <li key={`${kind} ${sentence}`} lang={text === undefined ? 'en' : language}>
              {text ?? sentence}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** What the client gets, word for word; the reason apart, where it is another; whom to ask. */
function Told({ answer, self }: { readonly answer: Explanation; readonly self: boolean }): ReactNode {
  const said = useTexts(explainTexts);
  const { language } = useLanguage();
  const textOf = useBecauseText();
  const { allowed, visible, client, message, because, ask = [] } = answer;
  const refused = allowed !== true && !isOff(answer);
  const isHidden = visible === false;
  const own = client?.message === message ? undefined : message;
  const reason = refused && !(self && isHidden) ? (language === 'en' ? own : textOf(because)) : undefined;
  return (
    <>
      {client === undefined ? null : (
        <div>
          <p className="meta">{said.clientGets}</p>
          <blockquote className="client-text">
            <code lang="en">
              <Parts text={`${client.code ?? ''}: ${client.message ?? ''}`} />
            </code>
          </blockquote>
        </div>
      )}
      {reason === undefined ? null : (
        <div>
          <p className="meta">{isHidden ? said.reasonHidden : said.reason}</p>
          <p>
            <Parts text={reason} />
          </p>
        </div>
      )}
      {self && refused ? (
        <p>{ask.length === 0 ? said.askRegistry : said.askProject(ask.join(', '))}</p>
      ) : null}
    </>
  );
}

interface GrantCardProps {
  readonly title: string;
  readonly grant: Grant | undefined;
  readonly text?: string | undefined;
}

function GrantCard({ title, grant, text }: GrantCardProps): ReactNode {
  const { who, rest } = useGrantColumns();
  if (grant === undefined) return null;
  return (
    <section className="card">
      <h2>{title}</h2>
      {text === undefined ? null : <p>{text}</p>}
      <DataTable
        label={title}
        columns={[...who, ...rest]}
        rows={[grant]}
        keyOf={({ id }) => String(id)}
        empty={null}
      />
    </section>
  );
}

interface EnoughProps {
  readonly answer: Explanation;
  readonly self: boolean;
}

function Enough({ answer: { enough, ask = [] }, self }: EnoughProps): ReactNode {
  const said = useTexts(explainTexts);
  const ui = useTexts(uiTexts);
  const proposed = enough === undefined ? undefined : readCommand(enough);
  if (enough === undefined) return null;
  return (
    <section className="card stack">
      <h2>{said.enough}</h2>
      <CodeBlock label={said.enough} code={enough} />
      {ask.length === 0 || self ? null : (
        <p>
          {said.askThem}
          {ui.colon}
          <span lang="en">{ask.join(', ')}</span>
        </p>
      )}
      {proposed === undefined || proposed.where === 'system' ? null : <Give proposed={proposed} />}
    </section>
  );
}

function Give({ proposed }: { readonly proposed: NonNullable<ReturnType<typeof readCommand>> }): ReactNode {
  const said = useTexts(explainTexts);
  const [giving, setGiving] = useState(false);
  const [project = ''] = proposed.where.split('/');
  const { whyNot } = useManaging(project);
  return (
    <div>
      <Button whyNot={whyNot} onClick={() => setGiving(true)}>
        {said.grant}
      </Button>
      {giving ? <GrantForm project={project} proposed={proposed} onClose={() => setGiving(false)} /> : null}
    </div>
  );
}
