export type Params = Readonly<Record<string, string>>;

/**
 * Takes a path apart by a pattern such as `/p/:project/r/:repository*`: a parameter is one segment, with `*` one or more,
 * of which none is `-`, which is no part of a name.
 * @returns undefined where the pattern is another path's
 */
export function matchPath(pattern: string, path: string): Params | undefined {
  const wanted = segmentsOf(pattern);
  const given = segmentsOf(path);
  const params: Record<string, string> = {};
  return matchFrom(wanted, given, params) ? params : undefined;
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function matchFrom(
  wanted: readonly string[],
  given: readonly string[],
  params: Record<string, string>,
): boolean {
  const [first, ...rest] = wanted;
  if (first === undefined) return given.length === 0;
  if (!first.startsWith(':')) return given[0] === first && matchFrom(rest, given.slice(1), params);
  if (!first.endsWith('*')) {
    const value = decoded(given[0]);
    if (value === undefined || !matchFrom(rest, given.slice(1), params)) return false;
    params[first.slice(1)] = value;
    return true;
  }
  for (let count = given.length; count > 0; count -= 1) {
    const part = given.slice(0, count);
    if (part.includes('-') || !matchFrom(rest, given.slice(count), params)) continue;
    params[first.slice(1, -1)] = part.map((segment) => decoded(segment) ?? segment).join('/');
    return true;
  }
  return false;
}

/** Undefined also for what is not validly encoded. */
function decoded(segment: string | undefined): string | undefined {
  try {
    return segment === undefined ? undefined : decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

export interface Match<T> {
  readonly route: T;
  readonly params: Params;
}

/** The pattern with the most fixed segments wins, then the longer one. */
export function findMatch<T extends { readonly path: string }>(
  routes: readonly T[],
  path: string,
): Match<T> | undefined {
  return matcherOf(routes)(path);
}

/** The same for whoever asks often: the routes are put in order once. */
export function matcherOf<T extends { readonly path: string }>(
  routes: readonly T[],
): (path: string) => Match<T> | undefined {
  const ordered = inOrder(routes);
  return (path) => {
    for (const route of ordered) {
      const params = matchPath(route.path, path);
      if (params !== undefined) return { route, params };
    }
    return undefined;
  };
}

/** The one that is found is the first that matches. */
export function inOrder<T extends { readonly path: string }>(routes: readonly T[]): readonly T[] {
  const fixed = (route: T): number => segmentsOf(route.path).filter((part) => !part.startsWith(':')).length;
  return routes.toSorted((a, b) => fixed(b) - fixed(a) || b.path.length - a.path.length);
}

/** The same pattern as a regular expression, for whoever does not know this one. */
export function expressionOf(pattern: string): string {
  const parts = segmentsOf(pattern).map((segment) => {
    if (!segment.startsWith(':')) return `/${segment}`;
    return segment.endsWith('*') ? '(?:/(?!-(?:/|$))[^/]+)+' : '/[^/]+';
  });
  return `^${parts.join('')}/?$`;
}

/** A path of a pattern: slashes stay as they are in a parameter with `*`, and the colons of digests in each. */
export function pathOf(pattern: string, params: Params): string {
  return pattern.replaceAll(/:(\w+)(\*?)/g, (_all, name: string, many: string) => {
    const value = params[name] ?? '';
    return many === '' ? encoded(value) : value.split('/').map(encoded).join('/');
  });
}

function encoded(segment: string): string {
  return encodeURIComponent(segment).replaceAll('%3A', ':');
}
