import { findMatch, type Params, pathOf } from '../../ui/navigation/match.ts';
import type { Page } from '../../ui/navigation/page.ts';
import type { IconName } from '../../ui/show/icon.tsx';
import type { Both, Language } from '../../ui/text/say.ts';
import { addressOfHarborPage, findHarborPage } from '../harbor/find-harbor-page.ts';
import { harborNames } from './harbor-names.ts';
import { otherWords } from './other-words.ts';

export interface PageEntry {
  readonly to: string;
  readonly icon: IconName;
  readonly label: string;
  /** Where it is, or which page of Harbor's it stands for. */
  readonly detail: string;
}

export interface Reader {
  readonly language: Language;
  readonly signedIn: boolean;
  readonly isAdministrator: boolean;
  /** Of now. */
  readonly path: string;
}

const mostHarbor = 4;
/** Pages of a project that are not among its tabs. */
const besideTabs = ['/p/:project/access/who'];

interface ListedPage extends PageEntry {
  readonly names: Both<string>;
  /** What else it is called. */
  readonly others: readonly string[];
}

/** The pages that somebody may be led to: those of the navigation, the own account, those of the project and repository of now. */
export function pagesFor(pages: readonly Page[], reader: Reader): readonly ListedPage[] {
  const { signedIn, isAdministrator, language } = reader;
  const now = findMatch(pages, reader.path)?.params ?? {};
  const { project, repository } = now;
  const open = pages.filter((page) => page.open === true || signedIn);
  const listed = open.filter(
    ({ entry, path }) =>
      (entry !== undefined && (entry.for === undefined || isAdministrator)) ||
      ['/me', '/search'].includes(path),
  );
  const tabs = open.filter((page) =>
    page.tab?.of === 'repository'
      ? repository !== undefined
      : project !== undefined && (page.tab !== undefined || besideTabs.includes(page.path)),
  );
  return [
    ...listed.map((page) => ({
      to: page.path,
      icon: page.entry?.icon ?? (page.path === '/me' ? 'user' : 'search'),
      label: page.title[language],
      detail: '',
      names: page.title,
      others: otherWords[page.path] ?? [],
    })),
    ...tabs.map((page) => ({
      to: pathOf(page.path, now),
      icon: 'box' as const,
      label: page.tab?.label[language] ?? page.title[language],
      detail: page.tab?.of === 'repository' ? `${project}/${repository}` : (project ?? ''),
      names: page.tab?.label ?? page.title,
      others: otherWords[page.path] ?? [],
    })),
  ];
}

/** Whose name, in either language, has these words; behind them those that are also called so. */
export function findPages(pages: readonly Page[], reader: Reader, words: string): readonly PageEntry[] {
  const found = pagesFor(pages, reader);
  const named = found
    .filter(({ names }) => hasWords(names, words))
    .toSorted((a, b) => rank(a.names, words) - rank(b.names, words));
  return [...named, ...found.filter((page) => !named.includes(page) && isCalled(page.others, words))];
}

/** What every project has, and is called so, where none is open: the way there begins with the list of projects. */
export function findInProjects(
  pages: readonly Page[],
  reader: Reader,
  input: { readonly words: string; readonly inProject: string },
): readonly PageEntry[] {
  const now = findMatch(pages, reader.path)?.params ?? {};
  if (now['project'] !== undefined) return [];
  const page = pagesFor(pages, { ...reader, path: '/p/x' }).find(
    ({ to, names, others }) =>
      to.startsWith('/p/x') && (hasWords(names, input.words) || isCalled(others, input.words)),
  );
  return page === undefined ? [] : [{ ...page, to: '/p', detail: input.inProject }];
}

/** What Harbor calls so, and where that is here; what here has no page is left out. */
export function findHarborNames(
  pages: readonly Page[],
  reader: Reader,
  input: { readonly words: string; readonly say: (name: string) => string },
): readonly PageEntry[] {
  const { words, say } = input;
  const paths = pages.map(({ path }) => path);
  const mayOpen = new Set(pagesFor(pages, { ...reader, path: '/p/x' }).map(({ to }) => to));
  const params: Params = findMatch(pages, reader.path)?.params ?? {};
  const entries = harborNames.flatMap(({ path, name }): PageEntry[] => {
    if (!hasWords(name, words)) return [];
    const page = findHarborPage(paths, path.replace(':id', '1'));
    if (page?.pattern === undefined) return [];
    const found = findMatch(pages, pathOf(page.pattern, { project: 'x' }))?.route;
    if (
      found === undefined ||
      (!mayOpen.has(pathOf(page.pattern, { project: 'x' })) && !isSection(found, mayOpen))
    )
      return [];
    const inProject = page.projectId !== undefined;
    const to =
      inProject && params['project'] === undefined
        ? '/p'
        : addressOfHarborPage(page, params['project'] ?? '');
    if (to === undefined) return [];
    const label = (found.tab?.label ?? found.title)[reader.language];
    return [{ to, icon: found.entry?.icon ?? 'box', label, detail: say(name[reader.language]) }];
  });
  return entries.slice(0, mostHarbor);
}

/** A part of a page that is listed: `/admin/settings/signIn`. */
function isSection({ path }: Page, listed: ReadonlySet<string>): boolean {
  return listed.has(path.replace(/\/:[^/]+$/, ''));
}

function hasWords(names: Both<string>, words: string): boolean {
  const wanted = words.toLowerCase();
  return names.en.toLowerCase().includes(wanted) || names.zh.toLowerCase().includes(wanted);
}

/** By the beginning of a word: in the middle of it, short ones would be everywhere. */
function isCalled(others: readonly string[], words: string): boolean {
  const wanted = words.toLowerCase();
  return others.some((other) => other.startsWith(wanted));
}

/** What begins with the words comes first. */
function rank(names: Both<string>, words: string): number {
  const wanted = words.toLowerCase();
  return names.en.toLowerCase().startsWith(wanted) || names.zh.startsWith(wanted) ? 0 : 1;
}
