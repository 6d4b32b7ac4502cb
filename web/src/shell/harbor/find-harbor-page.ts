import { findMatch, matchPath, type Params, pathOf } from '../../ui/navigation/match.ts';
import { type Feature, type HarborRoute, harborRoutes } from './harbor-routes.ts';

export interface HarborPage {
  /** Of a project, which Harbor names by its id; undefined: the address is not of one. */
  readonly projectId: string | undefined;
  /** Undefined: the console has no page for it. */
  readonly pattern: string | undefined;
  readonly params: Params;
  readonly about: Feature | undefined;
}

/**
 * What an address of Harbor's portal leads to.
 * @param paths the patterns of the pages that are there
 * @returns undefined for every other address
 */
export function findHarborPage(paths: readonly string[], path: string): HarborPage | undefined {
  const found = findMatch(harborRoutes, path) ?? nearestAbove(path);
  if (found === undefined) return undefined;
  const { route, params } = found;
  const { id, repository, ...others } = params;
  const pattern = route.to.find((to) => paths.some((each) => each === to || matches(each, to)));
  return {
    projectId: id,
    pattern,
    params: { ...others, ...(repository === undefined ? {} : { repository: decodedName(repository) }) },
    about: route.about,
  };
}

/** A fixed address may be one of a pattern with parameters: `/admin/settings/signIn` of `/admin/settings/:section`. */
function matches(pattern: string, to: string): boolean {
  return !to.includes(':') && matchPath(pattern, to) !== undefined;
}

/** Of an address that goes on behind one that is known: its executions, tasks, children. */
function nearestAbove(path: string): { readonly route: HarborRoute; readonly params: Params } | undefined {
  if (!path.startsWith('/harbor/')) return undefined;
  const above = path.slice(0, path.replace(/\/$/, '').lastIndexOf('/'));
  return findMatch(harborRoutes, above) ?? nearestAbove(above);
}

/** Harbor's portal encodes the slashes of a name once or twice; once is undone already. */
function decodedName(name: string): string {
  return name.replaceAll(/%2f/gi, '/');
}

/** The address of ours; the name takes the place of the id. */
export function addressOfHarborPage(page: HarborPage, project: string): string | undefined {
  return page.pattern === undefined ? undefined : pathOf(page.pattern, { ...page.params, project });
}
