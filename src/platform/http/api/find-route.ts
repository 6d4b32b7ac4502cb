import type { ApiRoute } from './api-route.ts';

export type Found =
  | { readonly route: ApiRoute; readonly values: Readonly<Record<string, string>> }
  /** The address exists, with other methods. */
  | { readonly methods: readonly string[] };

/**
 * Repeated and trailing slashes do not count. A slash that is percent-encoded is part of a name, which is decoded
 * once.
 */
export function findRoute(routes: readonly ApiRoute[], method: string, path: string): Found | undefined {
  const segments = segmentsOf(path);
  const matching = routes.filter((route) => matches(segmentsOf(route.path), segments));
  // `users/current` comes before `users/{id}`.
  const [nearest] = matching.toSorted((a, b) => namesIn(a) - namesIn(b));
  if (nearest === undefined) return undefined;
  const here = matching.filter((route) => route.path === nearest.path);
  const route = here.find((each) => each.method === method);
  if (route === undefined) return { methods: here.map((each) => each.method).toSorted() };
  const names = segmentsOf(route.path);
  const values = names.flatMap((name, index): [string, string][] =>
    isName(name) ? [[name.slice(1, -1), decodeURIComponent(segments[index] ?? '')]] : [],
  );
  return { route, values: Object.fromEntries(values) };
}

export function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function isName(segment: string): boolean {
  return segment.startsWith('{');
}

function namesIn(route: ApiRoute): number {
  return segmentsOf(route.path).filter(isName).length;
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) => isName(part) || part === segments[index])
  );
}
