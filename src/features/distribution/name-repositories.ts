import { requireProjectName } from '../../access/projects/create-project.ts';
import { AppError } from '../../lib/errors.ts';
import { type ParsedName, parseRepositoryName } from '../../lib/oci/repository-name.ts';
import { repositoriesRoot } from '../../platform/blobstore/layout.ts';
import type { Problem } from './problem.ts';

export interface NamedRepository {
  /** In the source. */
  readonly name: string;
  readonly target: ParsedName;
}

/**
 * What the repositories of a source are called here: one without a project belongs to the default project. Where the
 * source has both names of one, neither is taken over: they hold different things.
 */
export function nameRepositories(
  names: readonly string[],
  defaultProject: string,
): { readonly named: readonly NamedRepository[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const byTarget = new Map<string, NamedRepository[]>();
  for (const name of names) {
    const path = `${repositoriesRoot}/${name}`;
    const target = targetOf(name, defaultProject);
    if (typeof target === 'string') problems.push({ path, reason: 'nameInvalid', detail: target });
    else byTarget.set(target.fullName, [...(byTarget.get(target.fullName) ?? []), { name, target }]);
  }
  const named: NamedRepository[] = [];
  for (const [detail, same] of byTarget) {
    if (same.length === 1) named.push(...same);
    else {
      for (const { name } of same)
        problems.push({ path: `${repositoriesRoot}/${name}`, reason: 'nameTaken', detail });
    }
  }
  return { named, problems };
}

/** Or what is wrong with it. */
function targetOf(name: string, defaultProject: string): ParsedName | string {
  try {
    const target = parseRepositoryName(name, defaultProject);
    requireProjectName(target.project);
    return target;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}
