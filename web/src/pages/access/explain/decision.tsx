import { type ReactNode, useState } from 'react';
import { useBecauseText } from '../../../api/because/use-because-text.ts';
import type { Answer } from '../../../api/call.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { CodeBlock } from '../../../ui/show/code-block.tsx';
import { Parts } from '../../../ui/show/parts.tsx';
import { Badge } from '../../../ui/show/values.tsx';
import { DataTable } from '../../../ui/table/data-table.tsx';
import { useLanguage, useTexts } from '../../../ui/text/language.tsx';
import { type Grant, useGrantColumns } from '../parts/grant-columns.tsx';
import { GrantForm } from '../project/grant-form.tsx';
import { actionPhrase } from './action-phrase.ts';
import { readCommand } from './read-command.ts';
import { explainTexts } from './text.ts';

export type Explanation = Answer<'GET /api/berth/v1/explain'>;

interface DecisionProps {
  readonly answer: Explanation;
  readonly who: string;
  readonly where: string;
  /** What else there is to know of the place. */
  readonly note: ReactNode;
}

/** The answer first, then why, then what would change it. */
export function Decision({ answer, who, where, note }: DecisionProps): ReactNode {
  const said = useTexts(explainTexts);
  const { language } = useLanguage();
  const textOf = useBecauseText();
  const { action = '', allowed, message, visible, deciding, nearest, gates = [] } = answer;
  const blocked = allowed === true && gates.length > 0;
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
          <Badge kind={blocked ? 'warning' : allowed === true ? 'ok' : 'danger'}>
            {blocked ? said.blocked : allowed === true ? said.yes : said.no}
          </Badge>
          <strong>
            <Parts
              text={(allowed === true ? said.may : said.mayNot)(who, actionPhrase(action, where, language))}
            />
          </strong>
          <small className="muted">
            <code lang="en">{action}</code>
          </small>
        </div>
        {note}
        {answer.public === true ? <p>{said.everybody}</p> : null}
        {visible === false ? <p>{said.hidden}</p> : null}
        {gates.length === 0 ? null : (
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
        )}
        {message === undefined ? null : (
          <div>
            <p className="meta">{said.clientsShow}</p>
            <blockquote className="client-text">
              <code lang="en">
                <Parts text={message} />
              </code>
            </blockquote>
          </div>
        )}
      </section>
      <GrantCard title={said.deciding} grant={deciding} />
      <GrantCard
        title={said.nearest}
        grant={nearest?.grant}
        text={nearest?.lacks === undefined ? undefined : lacks[nearest.lacks]}
      />
      <Enough answer={answer} />
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

function Enough({ answer: { enough, ask = [] } }: { readonly answer: Explanation }): ReactNode {
  const said = useTexts(explainTexts);
  const [giving, setGiving] = useState(false);
  if (enough === undefined) return null;
  const proposed = readCommand(enough);
  const [project = ''] = (proposed?.where ?? '').split('/');
  return (
    <section className="card stack">
      <h2>{said.enough}</h2>
      <CodeBlock label={said.enough} code={enough} />
      {ask.length === 0 ? null : (
        <p>
          {said.askThem}: <span lang="en">{ask.join(', ')}</span>
        </p>
      )}
      {proposed === undefined || proposed.where === 'system' ? null : (
        <div>
          <Button onClick={() => setGiving(true)}>{said.grant}</Button>
        </div>
      )}
      {giving ? <GrantForm project={project} proposed={proposed} onClose={() => setGiving(false)} /> : null}
    </section>
  );
}
