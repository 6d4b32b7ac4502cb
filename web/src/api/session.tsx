import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { inward, outward } from '../ui/navigation/prefix.ts';
import { ApiError } from './api-error.ts';
import { type Answer, call } from './call.ts';
import { onSessionEnd, send } from './send.ts';
import { departure } from './use-change.ts';
import { currentView, forgetView } from './view/current-view.ts';

export type User = Answer<'GET /api/v2.0/users/current'>;

export interface Session {
  /** Undefined: nobody signed in. */
  readonly user: User | undefined;
  readonly isAdministrator: boolean;
  readonly signIn: (username: string, password: string) => Promise<void>;
  readonly signOut: () => Promise<void>;
}

const Current = createContext<Session | undefined>(undefined);
export const userKey = 'current-user';
const key = [userKey];

/** Who asked for the page, not whose view it shows: undefined where the server could not tell, or there is nobody. */
function writtenUser(): User | undefined {
  const { user } = document.documentElement.dataset;
  return user === undefined ? undefined : (JSON.parse(user) as User);
}

/** Who the browser's session is of; nothing below is drawn before that is known. */
export function SessionProvider({
  loading,
  children,
}: {
  readonly loading: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  // The server says whether the browser brought a session: without one there is nobody to ask about.
  const [asks, setAsks] = useState(document.documentElement.dataset['signedIn'] === 'yes');
  const queries = useQueryClient();
  const { data: user, isPending } = useQuery<User | null>({
    queryKey: key,
    queryFn: ({ signal }) => currentUser(signal, queries.getQueryData<User>(key)),
    initialData: () => (currentView() === undefined ? writtenUser() : undefined),
    enabled: asks,
    staleTime: 60_000,
  });
  const session = useMemo<Session>(
    () => ({
      user: asks ? (user ?? undefined) : undefined,
      isAdministrator: asks && (user?.sysadmin_flag === true || user?.admin_role_in_auth === true),
      signIn: async (username, password) => {
        const wasInView = currentView() !== undefined;
        forgetView();
        await openSession(username, password);
        otherTabs.postMessage('opened');
        // Whoever that is may not be one who may see this page.
        if (wasInView) return location.assign(outward('/'));
        setAsks(true);
        await queries.invalidateQueries();
      },
      signOut: () => leave(queries),
    }),
    [asks, user, queries],
  );
  useEffect(() => onSessionEnd(() => void queries.invalidateQueries({ queryKey: key })), [queries]);
  useOtherTabs(session.user?.username, () => setAsks(true));
  if (asks && isPending) return loading;
  return <Current value={session}>{children}</Current>;
}

/** As a departure: nothing is asked for meanwhile, which a stranger would be refused. Resolves never, unless it fails. */
function leave(queries: QueryClient): Promise<void> {
  const mutationFn = async (): Promise<void> => {
    await queries.cancelQueries();
    forgetView();
    await send({ method: 'GET', url: '/c/log_out' });
    otherTabs.postMessage('closed');
    // Nothing of what was seen stays in memory.
    location.assign(outward('/signin'));
    await Promise.withResolvers<never>().promise;
  };
  return queries
    .getMutationCache()
    .build(queries, { mutationKey: [departure], mutationFn })
    .execute(undefined);
}

/** All tabs of a browser have one session, of the console below this path. */
const otherTabs = new BroadcastChannel(`berth-session ${outward('/')}`);

/** A sign-out in another tab ends what this one shows, and somebody else's sign-in does. */
function useOtherTabs(username: string | undefined, onOpened: () => void): void {
  const queries = useQueryClient();
  useEffect(() => {
    const hear = ({ data }: MessageEvent<'opened' | 'closed'>): void => {
      if (data === 'opened') {
        onOpened();
        void queries.invalidateQueries();
      } else if (username !== undefined)
        location.assign(
          outward(`/signin?next=${encodeURIComponent(`${inward(location.pathname)}${location.search}`)}`),
        );
    };
    otherTabs.addEventListener('message', hear);
    return () => otherTabs.removeEventListener('message', hear);
  });
  const before = useRef(username);
  useEffect(() => {
    if (before.current !== undefined && username !== undefined && before.current !== username)
      location.reload();
    before.current = username ?? before.current;
  }, [username]);
}

/**
 * Null: the browser's session has ended before this page began.
 * @throws ApiError also when it ended since, so that the page stays and asks for the password
 */
async function currentUser(signal: AbortSignal, before: User | null | undefined): Promise<User | null> {
  try {
    return await call('GET /api/v2.0/users/current', {}, signal);
  } catch (error) {
    if (error instanceof ApiError && error.status === 403 && currentView() !== undefined) {
      // The view is over: the page is the own one again.
      forgetView();
      return currentUser(signal, before);
    }
    if ((before ?? undefined) === undefined && error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

async function openSession(username: string, password: string): Promise<void> {
  await send({
    method: 'POST',
    url: '/c/login',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ principal: username, password }).toString(),
  });
}

export function useSession(): Session {
  const session = useContext(Current);
  if (session === undefined) throw new Error('a part of the console stands outside its session');
  return session;
}
