import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call } from '../../api/call.ts';
import { addressOfFound, type Found, kindIcons, kinds, nameOfFound } from '../../api/search/found.ts';
import { ownName } from '../../api/search/own-name.ts';
import { useSession } from '../../api/session.tsx';
import { nextTheme } from '../../ui/controls/theme.ts';
import { navigate } from '../../ui/navigation/location.ts';
import { findMatch } from '../../ui/navigation/match.ts';
import { inward, outward } from '../../ui/navigation/prefix.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { pages } from '../all-pages.ts';
import {
  findHarborNames,
  findInProjects,
  findPages,
  type PageEntry,
  pagesFor,
  type Reader,
} from './page-entries.ts';
import { type Group, type Option, withoutRepeats } from './palette-groups.ts';
import { recentPages } from './recent-pages.ts';
import { paletteTexts } from './text.ts';

const typingMs = 120;
const mostRecent = 6;
const mostPages = 5;
const ofEachKind = 5;
const key = 'GET /api/berth/v1/search';

interface Groups {
  readonly groups: readonly Group[];
  /** The server was not asked yet about what is typed. */
  readonly waiting: boolean;
  readonly failed: boolean;
}

/** What the palette offers for what is typed. */
export function useGroups(typed: string, openHelp: () => void): Groups {
  const said = useTexts(paletteTexts);
  const { language } = useLanguage();
  const { user, isAdministrator } = useSession();
  const reader: Reader = {
    language,
    isAdministrator,
    signedIn: user !== undefined,
    path: inward(location.pathname),
  };
  const words = ownName(typed, location.host);
  const { items, waiting, failed } = useFound(words);
  const actions = useActions(openHelp);
  if (words === '')
    return {
      groups: withoutRepeats([
        { id: 'recent', label: said.recent, options: recentOptions(reader, user?.username ?? '') },
        { id: 'pages', label: said.pages, options: pagesFor(pages, reader).map(pageOption) },
        { id: 'actions', label: said.actions, options: actions },
      ]),
      waiting: false,
      failed: false,
    };
  const own = findPages(pages, reader, words).slice(0, mostPages);
  const inProjects = findInProjects(pages, reader, { words, inProject: said.inProject });
  const harbor = findHarborNames(pages, reader, { words, say: said.nowHarbor });
  const lower = words.toLowerCase();
  const named = actions.filter(({ label }) => label.toLowerCase().includes(lower));
  const groups = [
    { id: 'pages', label: said.pages, options: [...own, ...harbor, ...inProjects].map(pageOption) },
    ...kinds.map((kind) => ({
      id: kind,
      label: said[kind],
      options: items
        .filter((found) => found.kind === kind)
        .toSorted((a, b) => rank(a, lower) - rank(b, lower))
        .map(foundOption),
    })),
    { id: 'actions', label: said.actions, options: [...named, searchOption(words, said.searchAll(words))] },
  ];
  return { groups: withoutRepeats(groups), waiting, failed };
}

/** What the server finds; what it found before stays until then. */
function useFound(words: string) {
  const asked = useRested(words);
  const { data, isFetching, error } = useQuery({
    queryKey: [key, asked],
    queryFn: ({ signal }) => call(key, { query: { q: asked, page_size: ofEachKind } }, signal),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
  });
  return {
    items: asked === '' ? [] : (data?.items ?? []),
    waiting: isFetching || asked !== words,
    failed: error !== null,
  };
}

function useActions(openHelp: () => void): readonly Option[] {
  const said = useTexts(paletteTexts);
  const { language, choose } = useLanguage();
  const other = language === 'en' ? 'zh' : 'en';
  return [
    { id: 'keys', icon: 'info', label: said.keys, detail: '?', run: openHelp },
    { id: 'theme', icon: 'sun', label: said.nextTheme, detail: '', run: nextTheme },
    { id: 'language', icon: 'globe', label: said.otherLanguage, detail: '', run: () => choose(other) },
    {
      id: '/devcenter-api-2.0',
      icon: 'external',
      label: said.apiPage,
      detail: '',
      run: () => location.assign(outward('/devcenter-api-2.0')),
    },
  ];
}

/** What is typed, once the typing rests. */
function useRested(words: string): string {
  const [rested, setRested] = useState(words);
  useEffect(() => {
    const timer = setTimeout(() => setRested(words), typingMs);
    return () => clearTimeout(timer);
  }, [words]);
  return words === '' ? '' : rested;
}

/** What begins so comes first. */
function rank(found: Found, words: string): number {
  return nameOfFound(found).startsWith(words) ? 0 : 1;
}

function pageOption({ to, icon, label, detail }: PageEntry): Option {
  return { id: to, icon, label, detail, run: () => navigate(to) };
}

function foundOption(found: Found): Option {
  const to = addressOfFound(found);
  const { kind = 'project', tag = '', realname = '', project = '' } = found;
  const detail = { artifact: tag, user: realname, label: project }[String(kind)] ?? '';
  return { id: to, icon: kindIcons[kind], label: nameOfFound(found), detail, run: () => navigate(to) };
}

function searchOption(words: string, label: string): Option {
  const to = `/search?q=${encodeURIComponent(words)}`;
  return { id: to, icon: 'search', label, detail: '', run: () => navigate(to) };
}

function recentOptions(reader: Reader, username: string): readonly Option[] {
  const before = recentPages(username).filter((path) => path !== reader.path);
  return before.slice(0, mostRecent).flatMap((path): Option[] => {
    const found = findMatch(pages, path);
    if (found === undefined) return [];
    const { route, params } = found;
    const { project, repository, tag, digest } = params;
    const name = [project, repository].filter((part) => part !== undefined).join('/');
    const label = tag === undefined ? name : `${name}:${tag}`;
    const title = route.title[reader.language];
    const place = digest === undefined ? label : `${name}@${digest.slice(0, 19)}`;
    return [
      {
        id: path,
        icon: route.entry?.icon ?? 'history',
        label: place === '' ? title : place,
        detail: place === '' ? '' : title,
        run: () => navigate(path),
      },
    ];
  });
}
