export interface Question {
  readonly who: string;
  readonly action: string;
  readonly where: string;
}

/**
 * A question as it is typed or pasted: actions in any case, and what one pulls, with the command or the registry's own host
 * before it or a digest behind.
 * @param hosts of this registry
 */
export function readQuestion({ who, action, where }: Question, hosts: readonly string[]): Question {
  const pulled = where.trim().replace(/^.*\s/s, '');
  const bare = pulled.replace(/^https?:\/\//i, '');
  const host = hosts.find((each) => each !== '' && bare.toLowerCase().startsWith(`${each.toLowerCase()}/`));
  const named = host === undefined ? pulled : bare.slice(host.length + 1);
  return {
    who: who.trim(),
    action: action.trim().toLowerCase(),
    where: named.replace(/@sha(?:256|512):[0-9a-f]*$/, ''),
  };
}

/** The repository that a place is, or has a tag of; undefined of a project or of the system. */
export function repositoryOf(
  where: string,
): { readonly project: string; readonly repository: string; readonly tag?: string } | undefined {
  const [, project, path, tag] = /^([^/:]+)\/([^:]+)(?::([^/:]*))?$/.exec(where) ?? [];
  return project === undefined || path === undefined
    ? undefined
    : { project, repository: `${project}/${path}`, ...(tag === undefined ? {} : { tag }) };
}
