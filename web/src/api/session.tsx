import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { outward } from '../ui/navigation/prefix.ts';
import { ApiError } from './api-error.ts';
import { type Answer, call } from './call.ts';
import { send } from './send.ts';

export type User = Answer<'GET /api/v2.0/users/current'>;

export interface Session {
  /** Undefined: nobody signed in. */
  readonly user: User | undefined;
  readonly isAdministrator: boolean;
  readonly signIn: (username: string, password: string) => Promise<void>;
  readonly signOut: () => Promise<void>;
}

const Current = createContext<Session | undefined>(undefined);
const key = ['current-user'];

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
  const { data: user, isPending } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => currentUser(signal, queries.getQueryData<User>(key)),
    enabled: asks,
    staleTime: 60_000,
  });
  const session = useMemo<Session>(
    () => ({
      user: asks ? (user ?? undefined) : undefined,
      isAdministrator: asks && (user?.sysadmin_flag === true || user?.admin_role_in_auth === true),
      signIn: async (username, password) => {
        await openSession(username, password);
        setAsks(true);
        await queries.invalidateQueries();
      },
      signOut: async () => {
        await queries.cancelQueries();
        await send({ method: 'GET', url: '/c/log_out' });
        // Nothing of what was seen stays in memory.
        location.assign(outward('/signin'));
      },
    }),
    [asks, user, queries],
  );
  if (asks && isPending) return loading;
  return <Current value={session}>{children}</Current>;
}

/**
 * Null: the browser's session has ended before this page began.
 * @throws ApiError also when it ended since, so that the page stays and asks for the password
 */
async function currentUser(signal: AbortSignal, before: User | null | undefined): Promise<User | null> {
  try {
    return await call('GET /api/v2.0/users/current', {}, signal);
  } catch (error) {
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
