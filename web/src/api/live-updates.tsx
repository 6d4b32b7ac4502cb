import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import { type LiveEvent, openLive } from './live.ts';
import { useSession } from './session.tsx';
import { departure } from './use-change.ts';
import { currentView } from './view/current-view.ts';

type Listener = (event: LiveEvent) => void;

const Listeners = createContext<Set<Listener>>(new Set());

/** However much happens, what is shown is asked for no more often than this. */
const refreshMs = 1500;
/** A push is several events. */
const togetherMs = 100;

/** What is on the page follows what happens in the registry, while somebody is signed in and looks. */
export function LiveUpdates({ children }: { readonly children: ReactNode }): ReactNode {
  const queries = useQueryClient();
  const { user } = useSession();
  const [listeners] = useState(() => new Set<Listener>());
  const who = user?.user_id;
  useEffect(() => {
    // The stream tells what the account itself may see.
    if (who === undefined || currentView() !== undefined) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stale = false;
    let refreshedAt = 0;
    const refresh = (): void => {
      // What it takes away is shown until it is left: asked for meanwhile it would be missing.
      if (queries.isMutating({ mutationKey: [departure] }) > 0) {
        timer = setTimeout(refresh, togetherMs);
        return;
      }
      timer = undefined;
      refreshedAt = Date.now();
      stale = document.hidden;
      if (!stale) void queries.invalidateQueries({ predicate: ({ queryKey }) => isOfContent(queryKey[0]) });
    };
    const seen = (): void => {
      if (stale && !document.hidden) refresh();
    };
    document.addEventListener('visibilitychange', seen);
    const live = openLive(who, (message) => {
      if (message.kind === 'event') for (const listener of listeners) listener(message.event);
      timer ??= setTimeout(refresh, Math.max(togetherMs, refreshedAt + refreshMs - Date.now()));
    });
    return () => {
      live.close();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [who, queries, listeners]);
  return <Listeners value={listeners}>{children}</Listeners>;
}

/** Who somebody is and what the server is like do not change with what is pushed; who reads the log keeps his place. */
function isOfContent(key: unknown): boolean {
  return (
    typeof key === 'string' &&
    key.startsWith('GET ') &&
    !/\/(?:users\/current|systeminfo|configurations|me\/can|audit)\b/.test(key)
  );
}

/** Calls with each change that this account may see, from now on. */
export function useLive(listener: Listener): void {
  const listeners = useContext(Listeners);
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => {
    const call: Listener = (event) => latest.current(event);
    listeners.add(call);
    return () => {
      listeners.delete(call);
    };
  }, [listeners]);
}
