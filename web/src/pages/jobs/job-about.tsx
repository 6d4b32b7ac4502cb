import type { ReactNode } from 'react';
import type { Answer } from '../../api/call.ts';
import { Link } from '../../ui/navigation/link.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import { Badge, LongName } from '../../ui/show/values.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { jobsTexts } from './text.ts';

export type About = Answer<'GET /api/berth/v1/jobs/{job_id}'>['about'];

/** The project or the repository that a job is about, and that it changes nothing. */
export function JobAbout({ about = {} }: { readonly about: About }): ReactNode {
  const said = useTexts(jobsTexts);
  const { project, repository, dry_run: isDry } = about;
  return (
    <>
      {project === undefined ? null : (
        <Link to={placeOf(project, repository)} className="job-about" lang="en">
          <LongName name={repository ?? project} />
        </Link>
      )}
      {isDry === true ? (
        <Badge kind="info" title={said.dryRunText}>
          {said.dryRun}
        </Badge>
      ) : null}
    </>
  );
}

/** The name of a repository has its project before it. */
function placeOf(project: string, repository: string | undefined): string {
  if (repository === undefined) return pathOf('/p/:project', { project });
  const own = repository.slice(repository.indexOf('/') + 1);
  return pathOf('/p/:project/r/:repository*', { project, repository: own });
}
