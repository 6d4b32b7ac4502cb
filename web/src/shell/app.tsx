import { type ReactNode, Suspense, useEffect } from 'react';
import { useSession } from '../api/session.tsx';
import { LinkButton } from '../ui/controls/button.tsx';
import { Skeleton } from '../ui/feedback/skeleton.tsx';
import { navigate, usePlace } from '../ui/navigation/location.ts';
import { PageHead } from '../ui/show/page-head.tsx';
import { useLanguage, useTexts } from '../ui/text/language.tsx';
import { pages } from './all-pages.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { Frame } from './frame.tsx';
import { findHarborPage } from './harbor/find-harbor-page.ts';
import { HarborLink } from './harbor/harbor-link.tsx';
import { findPage, parts } from './load-ahead.ts';
import { rememberPage } from './palette/recent-pages.ts';
import { Surroundings } from './surroundings.tsx';
import { shellTexts } from './text.ts';

const paths = pages.map(({ path }) => path);

/** The page of the address, within the frame that all pages have. */
export function App(): ReactNode {
  const { path, search } = usePlace();
  const { language } = useLanguage();
  const { user } = useSession();
  const found = findPage(path);
  const title = found?.route.title[language];
  const isPage = found !== undefined && found.route.bare !== true;
  const username = user?.username;
  useEffect(() => {
    if (isPage && username !== undefined) rememberPage(username, path);
  }, [isPage, username, path]);
  useEffect(() => {
    document.title = title === undefined ? 'Berth' : `${title} · Berth`;
  }, [title]);
  if (found === undefined) {
    const harbor = findHarborPage(paths, path);
    return <Frame>{harbor === undefined ? <NoPage /> : <HarborLink key={path} page={harbor} />}</Frame>;
  }
  const { route, params } = found;
  if (user === undefined && route.open !== true) return <ToSignIn next={`${path}${search}`} />;
  const Part = parts.get(route.path);
  const page = (
    // Another address begins without the fault of the one before.
    <ErrorBoundary key={path}>
      <Suspense fallback={<Skeleton lines={8} />}>
        {Part === undefined ? null : (
          <Surroundings page={route} params={params}>
            <Part params={params} />
          </Surroundings>
        )}
      </Suspense>
    </ErrorBoundary>
  );
  return route.bare === true ? page : <Frame>{page}</Frame>;
}

function ToSignIn({ next }: { readonly next: string }): ReactNode {
  useEffect(() => {
    navigate(next === '/' ? '/signin' : `/signin?next=${encodeURIComponent(next)}`, 'replace');
  }, [next]);
  return null;
}

function NoPage(): ReactNode {
  const said = useTexts(shellTexts);
  return (
    <>
      <PageHead title={said.notFound} facts={said.notFoundText} />
      <LinkButton to="/">{said.toHome}</LinkButton>
    </>
  );
}
