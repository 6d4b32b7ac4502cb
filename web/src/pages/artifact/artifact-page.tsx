import type { ReactNode } from 'react';
import { ApiError } from '../../api/api-error.ts';
import { clientsOf } from '../../api/artifact-types/clients-of.ts';
import { useTypeName } from '../../api/artifact-types/use-type-name.ts';
import { Failure } from '../../api/failure.tsx';
import { useAnswer } from '../../api/use-list.ts';
import { LinkButton } from '../../ui/controls/button.tsx';
import { Tabs } from '../../ui/controls/tabs.tsx';
import { Problem } from '../../ui/feedback/problem.tsx';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { type Params, pathOf } from '../../ui/navigation/match.ts';
import type { PageProps } from '../../ui/navigation/page.ts';
import { ConnectBox } from '../../ui/show/connect-box.tsx';
import { PageHead } from '../../ui/show/page-head.tsx';
import { Badge, Digest, Size, Time } from '../../ui/show/values.tsx';
import { shortDigest } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { Addition } from './addition.tsx';
import { additionsOf } from './additions.ts';
import { artifactInput, artifactKey } from './ahead.ts';
import { Layers } from './layers/layers.tsx';
import { Overview } from './overview.tsx';
import type { Artifact } from './place.ts';
import { RawManifest } from './raw-manifest.tsx';
import { References } from './references.tsx';
import { TagHistory } from './tag-history.tsx';
import { artifactTexts } from './text.ts';

const before = ['overview'] as const;
const after = ['layers', 'references', 'history', 'raw'] as const;

export function ArtifactPage({ params }: PageProps): ReactNode {
  const said = useTexts(artifactTexts);
  const { project = '', repository = '', tag, digest = '' } = params;
  const reference = tag ?? digest;
  const { data, error, refetch } = useAnswer(artifactKey, artifactInput(params));
  const crumbs = [
    { to: '/p', label: said.projects },
    { to: pathOf('/p/:project', { project }), label: project },
    { to: pathOf('/p/:project/r/:repository*', { project, repository }), label: repository },
  ];
  const title = tag ?? shortDigest(digest);
  return (
    <>
      <PageHead
        crumbs={crumbs}
        title={tag === undefined ? <code lang="en">{title}</code> : <span lang="en">{title}</span>}
        copies={reference}
        facts={data === undefined ? undefined : <Facts artifact={data} params={params} />}
        actions={
          error === null ? (
            <LinkButton
              to={`${pathOf('/p/:project/r/:repository*/-/compare', { project, repository })}?${new URLSearchParams({ from: reference }).toString()}`}
            >
              {said.compare}
            </LinkButton>
          ) : undefined
        }
      />
      {error instanceof ApiError && error.status === 404 ? (
        <Missing error={error} params={params} />
      ) : error === null ? null : (
        <Failure error={error} onAgain={() => void refetch()} />
      )}
      {data === undefined && error === null ? <Skeleton lines={8} /> : null}
      {data === undefined ? null : (
        <>
          <ConnectBox
            host={location.host}
            name={`${project}/${repository}`}
            tag={tag}
            digest={data.digest}
            clients={clientsOf(data.type)}
            short={(params['part'] ?? 'overview') !== 'overview'}
          />
          <Parts artifact={data} params={params} />
        </>
      )}
    </>
  );
}

/** What stood there may be gone, and its repository not. */
function Missing({ error, params }: { readonly error: ApiError; readonly params: Params }): ReactNode {
  const said = useTexts(artifactTexts);
  const { language } = useLanguage();
  const { project = '', repository = '', tag, digest = '' } = params;
  const name = `${project}/${repository}`;
  return (
    <Problem
      title={said.missing}
      why={tag === undefined ? said.missingDigest(name, shortDigest(digest)) : said.missingTag(name, tag)}
      whyIn={language}
      whyCode={tag === undefined ? shortDigest(digest) : undefined}
      remedy={
        <Link to={pathOf('/p/:project/r/:repository*', { project, repository })}>
          {said.toRepository(repository)}
        </Link>
      }
      requestId={error.requestId}
    />
  );
}

interface PartsProps {
  readonly artifact: Artifact;
  readonly params: Params;
}

function Parts({ artifact, params }: PartsProps): ReactNode {
  const said = useTexts(artifactTexts);
  const { tag } = params;
  const shown = additionsOf(artifact.addition_links);
  const parts = [...before, ...shown, ...after];
  const now = parts.find((part) => part === params['part']) ?? 'overview';
  const addition = shown.find((part) => part === now);
  const root = pathOf(
    tag === undefined ? '/p/:project/r/:repository*/-/a/:digest' : '/p/:project/r/:repository*/-/t/:tag',
    params,
  );
  const references = artifact.accessories?.length ?? 0;
  const tabs = parts
    .filter((part) => part !== 'history' || tag !== undefined)
    .map((part) => ({
      to: part === 'overview' ? root : `${root}/${part}`,
      label: said[part],
      current: part === now,
      ...(part === 'references' && references > 0 ? { count: String(references) } : {}),
    }));
  const { project = '', repository = '', digest = '' } = params;
  const place = { project, repository, reference: tag ?? digest, tag };
  return (
    <>
      <Tabs label={said.parts} tabs={tabs} />
      {now === 'overview' ? <Overview artifact={artifact} place={place} /> : null}
      {addition === undefined ? null : <Addition part={addition} place={place} />}
      {now === 'layers' ? <Layers artifact={artifact} place={place} /> : null}
      {now === 'references' ? <References artifact={artifact} place={place} /> : null}
      {now === 'history' ? <TagHistory place={place} current={artifact.digest ?? ''} /> : null}
      {now === 'raw' ? <RawManifest place={place} /> : null}
    </>
  );
}

function Facts({ artifact, params }: PartsProps): ReactNode {
  const said = useTexts(artifactTexts);
  const nameOf = useTypeName();
  const { project = '', repository = '' } = params;
  const others = (artifact.tags ?? []).filter(({ name }) => name !== params['tag']).slice(0, 6);
  return (
    <>
      <Badge>{nameOf(artifact.type)}</Badge>
      {params['tag'] === undefined ? null : <Digest digest={artifact.digest} />}
      <Size bytes={artifact.size} />
      <span>
        {said.pushed} <Time at={artifact.push_time} />
      </span>
      {(artifact.tags ?? []).some(({ name, immutable }) => name === params['tag'] && immutable === true) ? (
        <Badge>{said.immutable}</Badge>
      ) : null}
      {others.map(({ name: tag = '' }) => (
        <Link
          key={tag}
          to={pathOf('/p/:project/r/:repository*/-/t/:tag', { project, repository, tag })}
          lang="en"
        >
          <Badge kind="accent" title={tag}>
            <span className="clipped">{tag}</span>
          </Badge>
        </Link>
      ))}
    </>
  );
}
