import type { ReactNode } from 'react';
import type { Answer } from '../../api/call.ts';
import { Link } from '../../ui/navigation/link.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import { Badge, LongName } from '../../ui/show/values.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { jobsTexts } from './text.ts';

export type About = Pick<Answer<'GET /api/berth/v1/jobs/{job_id}'>, 'kind' | 'place' | 'dry_run'>;

/** The project or the repository that a job is about, and that it changes nothing. */
export function JobAbout({ about }: { readonly about: About }): ReactNode {
  const { place } = about;
  return (
    <>
      {place === undefined ? null : (
        <Link to={pathTo(place)} className="job-about" lang="en">
          <LongName name={place} />
        </Link>
      )}
      <JobMode of={about} />
    </>
  );
}

/** Garbage is planned or collected, as its own page has it; of other kinds those are marked that change nothing. */
export function JobMode({ of: { kind, dry_run: isDry } }: { readonly of: About }): ReactNode {
  const said = useTexts(jobsTexts);
  const isCollection = kind === 'GARBAGE_COLLECTION';
  if (isDry === true)
    return (
      <Badge kind="info" title={said.dryRunText}>
        {isCollection ? said.plan : said.dryRun}
      </Badge>
    );
  return isCollection ? <Badge>{said.run}</Badge> : null;
}

/** The name of a repository has its project before it. */
function pathTo(place: string): string {
  const [project = '', ...rest] = place.split('/');
  return rest.length === 0
    ? pathOf('/p/:project', { project })
    : pathOf('/p/:project/r/:repository*', { project, repository: rest.join('/') });
}
