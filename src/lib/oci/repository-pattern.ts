const rest = '**';

/**
 * A set of repositories of a project, by their path in it: an exact path, everything below a folder (`backend/**`),
 * or everything (`**`). No other wildcard: every set has to be a range that lists can be read by.
 */
export type RepositoryPattern =
  | { readonly kind: 'exact'; readonly path: string }
  /** Ends with `/`, or is empty for everything. */
  | { readonly kind: 'below'; readonly folder: string };

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const grammar = new RegExp(`^${component}(?:/${component})*$`);

/** Undefined for what is no pattern. */
export function parseRepositoryPattern(text: string): RepositoryPattern | undefined {
  if (text === rest) return { kind: 'below', folder: '' };
  const below = text.endsWith(`/${rest}`);
  const path = below ? text.slice(0, -rest.length - 1) : text;
  if (path.length > 255 || !grammar.test(path)) return undefined;
  return below ? { kind: 'below', folder: `${path}/` } : { kind: 'exact', path };
}

export function matchesRepository(pattern: RepositoryPattern, path: string): boolean {
  return pattern.kind === 'exact'
    ? path === pattern.path
    : path.startsWith(pattern.folder) && path.length > pattern.folder.length;
}

/** Whether every repository of the inner set is one of the outer. */
export function isWithin(inner: RepositoryPattern, outer: RepositoryPattern): boolean {
  if (outer.kind === 'exact') return inner.kind === 'exact' && inner.path === outer.path;
  return inner.kind === 'exact'
    ? inner.path.startsWith(outer.folder) && inner.path.length > outer.folder.length
    : inner.folder.startsWith(outer.folder);
}

/** As it was written. */
export function patternText(pattern: RepositoryPattern): string {
  return pattern.kind === 'exact' ? pattern.path : `${pattern.folder}${rest}`;
}

/** An exact tag, or all that begin with something (`v*`). */
export function isTagPattern(text: string): boolean {
  return /^(?:[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}|[a-zA-Z0-9_][a-zA-Z0-9._-]{0,126}\*|\*)$/.test(text);
}

export function matchesTag(pattern: string, tag: string): boolean {
  return pattern.endsWith('*') ? tag.startsWith(pattern.slice(0, -1)) : tag === pattern;
}
