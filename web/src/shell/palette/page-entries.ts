import { findMatch, type Params, pathOf } from '../../ui/navigation/match.ts';
import type { Page } from '../../ui/navigation/page.ts';
import type { IconName } from '../../ui/show/icon.tsx';
import type { Both, Language } from '../../ui/text/say.ts';
import { addressOfHarborPage, findHarborPage } from '../harbor/find-harbor-page.ts';
import { harborNames } from './harbor-names.ts';

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

/** The pages that somebody may be led to: those of the navigation, the own account, the tabs of the project of now. */
export function pagesFor(
  pages: readonly Page[],
  reader: Reader,
): readonly (PageEntry & { names: Both<string> })[] {
  const { signedIn, isAdministrator, language } = reader;
  const now = findMatch(pages, reader.path)?.params ?? {};
  const { project } = now;
  const open = pages.filter((page) => page.open === true || signedIn);
  const listed = open.filter(
    ({ entry, path }) =>
      (entry !== undefined && (entry.for === undefined || isAdministrator)) ||
      ['/me', '/search'].includes(path),
  );
  const tabs = project === undefined ? [] : open.filter(({ tab }) => tab?.of === 'project');
  return [
    ...listed.map((page) => ({
      to: page.path,
      icon: page.entry?.icon ?? (page.path === '/me' ? 'user' : 'search'),
      label: page.title[language],
      detail: '',
      names: page.title,
    })),
    ...tabs.map((page) => ({
      to: pathOf(page.path, now),
      icon: 'box' as const,
      label: page.tab?.label[language] ?? page.title[language],
      detail: project ?? '',
      names: page.tab?.label ?? page.title,
    })),
  ];
}

/** Whose name, in either language, has these words. */
export function findPages(pages: readonly Page[], reader: Reader, words: string): readonly PageEntry[] {
  const found = pagesFor(pages, reader);
  return found
    .filter(({ names }) => hasWords(names, words))
    .toSorted((a, b) => rank(a.names, words) - rank(b.names, words));
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

/** What begins with the words comes first. */
function rank(names: Both<string>, words: string): number {
  const wanted = words.toLowerCase();
  return names.en.toLowerCase().startsWith(wanted) || names.zh.startsWith(wanted) ? 0 : 1;
}
