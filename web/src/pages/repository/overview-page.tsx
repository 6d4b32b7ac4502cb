import { type ReactNode, useDeferredValue, useState } from 'react';
import { clientsOf } from '../../api/artifact-types/clients-of.ts';
import { Failure, useFailureText } from '../../api/failure.tsx';
import { useCan, usePullTags } from '../../api/use-can.ts';
import { useChange } from '../../api/use-change.ts';
import { useAnswer, useList } from '../../api/use-list.ts';
import { Button } from '../../ui/controls/button.tsx';
import { TextArea } from '../../ui/controls/field.tsx';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { Markdown } from '../../ui/markdown/markdown.tsx';
import type { PageProps } from '../../ui/navigation/page.ts';
import { ConnectBox } from '../../ui/show/connect-box.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { escapeHtml, unescapeHtml } from './harbor-text.ts';
import { offeredTag } from './offered-tag.ts';
import { repositoryTexts } from './text.ts';

const key = 'GET /api/v2.0/projects/{project_name}/repositories/{repository_name}';

export function OverviewPage({ params: { project = '', repository = '' } }: PageProps): ReactNode {
  const path = { project_name: project, repository_name: repository };
  const { data, error, refetch } = useAnswer(key, { path });
  const can = useCan(`${project}/${repository}`);
  if (error !== null) return <Failure error={error} onAgain={() => void refetch()} />;
  if (data === undefined) return <Skeleton lines={6} />;
  return (
    <div className="stack">
      <PullNewest project={project} repository={repository} />
      <Description
        path={path}
        text={unescapeHtml(data.description ?? '')}
        mayEdit={can('repository:update') === true}
      />
    </div>
  );
}

/** Among so many a tag is looked for by who may pull some only. */
const mostTags = 100;

/** Nothing where there is no tag. */
function PullNewest({ project, repository }: { readonly project: string; readonly repository: string }) {
  const said = useTexts(repositoryTexts);
  const pulled = usePullTags(`${project}/${repository}`);
  const { data } = useList('GET /api/berth/v1/projects/{project_name}/repositories/{repository_name}/tags', {
    path: { project_name: project, repository_name: repository },
    query: { page: 1, page_size: Array.isArray(pulled) ? mostTags : 1, sort: '-push_time' },
  });
  if (data === undefined || pulled === undefined) return null;
  const newest = offeredTag(data.rows, pulled);
  return (
    <>
      {pulled === 'all' ? null : <p className="banner info">{said.pullsOnly(pulled.join(', '))}</p>}
      {newest === undefined ? null : (
        <ConnectBox
          host={location.host}
          name={`${project}/${repository}`}
          tag={newest.name}
          clients={clientsOf(newest.type)}
        />
      )}
    </>
  );
}

interface Path {
  readonly project_name: string;
  readonly repository_name: string;
}

interface DescriptionProps {
  readonly path: Path;
  readonly text: string;
  readonly mayEdit: boolean;
}

/** Markdown, of which only text and links are made. */
function Description({ path, text, mayEdit }: DescriptionProps): ReactNode {
  const said = useTexts(repositoryTexts);
  const toast = useToast();
  const failureText = useFailureText();
  const [draft, setDraft] = useState<string>();
  // Typing goes before drawing.
  const shown = useDeferredValue(draft ?? '');
  const change = useChange('PUT /api/v2.0/projects/{project_name}/repositories/{repository_name}');
  const save = (description: string): void => {
    change.mutate(
      { path, body: { description: escapeHtml(description) } },
      {
        onSuccess: () => {
          toast({ text: said.saved });
          setDraft(undefined);
        },
      },
    );
  };
  return (
    <section className="card">
      <h2>{said.description}</h2>
      {draft === undefined ? (
        <div className="stack">
          {text === '' ? (
            <p className="muted">{said.noDescription}</p>
          ) : (
            <div lang="">
              <Markdown text={text} />
            </div>
          )}
          {mayEdit ? (
            <div>
              <Button onClick={() => setDraft(text)}>{said.edit}</Button>
            </div>
          ) : null}
        </div>
      ) : (
        <div className="form">
          <TextArea
            label={said.description}
            rows={12}
            value={draft}
            onValue={setDraft}
            help={said.markdownHelp}
            problem={change.error === null ? undefined : failureText(change.error)}
          />
          <section className="markdown-preview" aria-label={said.preview}>
            <h3>{said.preview}</h3>
            {shown.trim() === '' ? <p className="muted">{said.noDescription}</p> : <Markdown text={shown} />}
          </section>
          <div className="page-actions">
            <Button look="primary" busy={change.isPending} onClick={() => save(draft)}>
              {said.save}
            </Button>
            <Button onClick={() => setDraft(undefined)}>{said.cancel}</Button>
          </div>
        </div>
      )}
    </section>
  );
}
