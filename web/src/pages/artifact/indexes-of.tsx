import { Fragment, type ReactNode } from 'react';
import type { Row } from '../../api/call.ts';
import { Failure } from '../../api/failure.tsx';
import { useList } from '../../api/use-list.ts';
import { Link } from '../../ui/navigation/link.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import { LongName } from '../../ui/show/values.tsx';
import { formatNumber, shortDigest } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import type { Artifact, Place } from './place.ts';
import { platformOf } from './read-config.ts';
import { artifactTexts } from './text.ts';

const key =
  'GET /api/berth/v1/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/indexes';
type Index = Row<typeof key>;

const most = 20;

interface IndexesOfProps {
  readonly artifact: Artifact;
  readonly place: Place;
  /** In place of them where no index lists it. */
  readonly none?: ReactNode;
  /** They are a part of a page of their own, with that heading. */
  readonly title?: string;
}

/** Of which tags it is the image for one platform. */
export function IndexesOf({ artifact, place, none = null, title }: IndexesOfProps): ReactNode {
  const said = useTexts(artifactTexts);
  const { language } = useLanguage();
  const { project, repository, reference } = place;
  const { data, error } = useList(key, {
    path: { project_name: project, repository_name: repository, reference },
    query: { page_size: most },
  });
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return title === undefined ? <span className="muted">…</span> : null;
  const { rows, total } = data;
  if (rows.length === 0) return none;
  const rest = total - rows.length;
  const platform = platformOf(artifact);
  const sentence = (
    <p className="indexes-of">
      {platform === '' ? said.partOf : said.platformOf(platform)}{' '}
      {rows.map((index, at) => (
        <Fragment key={index.digest}>
          {at === 0 ? null : said.and}
          <Names index={index} place={place} />
        </Fragment>
      ))}
      {rest === 0 ? null : said.andMore(formatNumber(rest, language))}
    </p>
  );
  if (title === undefined) return sentence;
  return (
    <section className="card">
      <h2>{title}</h2>
      {sentence}
    </section>
  );
}

/** Its tags; its digest where it has none. */
function Names({
  index: { digest = '', tags = [], tag_count: count = tags.length },
  place: { project, repository },
}: {
  readonly index: Index;
  readonly place: Place;
}): ReactNode {
  const said = useTexts(artifactTexts);
  const { language } = useLanguage();
  const toDigest = pathOf('/p/:project/r/:repository*/-/a/:digest', { project, repository, digest });
  if (tags.length === 0)
    return (
      <Link to={toDigest}>
        <code title={digest}>{shortDigest(digest)}</code>
      </Link>
    );
  return (
    <>
      {tags.map((tag, at) => (
        <Fragment key={tag}>
          {at === 0 ? null : said.and}
          <Link to={pathOf('/p/:project/r/:repository*/-/t/:tag', { project, repository, tag })} lang="en">
            <LongName name={tag} />
          </Link>
        </Fragment>
      ))}
      {count === tags.length ? null : (
        <>
          {said.and}
          <Link to={toDigest}>{said.moreTags(formatNumber(count - tags.length, language))}</Link>
        </>
      )}
    </>
  );
}
