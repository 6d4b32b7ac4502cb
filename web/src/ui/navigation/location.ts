import { useSyncExternalStore } from 'react';
import { inward, outward } from './prefix.ts';

export interface Place {
  readonly path: string;
  /** With its question mark, or empty. */
  readonly search: string;
}

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('popstate', listener);
  };
}

/** The address of now: whoever uses it is drawn again when it changes. */
export function usePlace(): Place {
  const path = useSyncExternalStore(subscribe, () => inward(location.pathname));
  const search = useSyncExternalStore(subscribe, () => location.search);
  return { path, search };
}

/** @param how `replace` leaves no step to come back to: for what is typed */
export function navigate(to: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'replace') history.replaceState(null, '', outward(to));
  else {
    history.pushState(null, '', outward(to));
    scrollTo(0, 0);
  }
  for (const listener of listeners) listener();
}

/** Two slashes at the beginning would be a host. */
const ownPath = /^\/(?![/\\])/;

/** An address of this console, never of another host: a link with `next` could come from anybody. */
export function ownAddress(given: string | null): string {
  if (given === null || !ownPath.test(given)) return '/';
  const url = URL.parse(given, location.origin);
  if (url === null || url.origin !== location.origin) return '/';
  // Without its dots a path may begin as an address of another host does.
  return ownPath.test(url.pathname) ? `${url.pathname}${url.search}${url.hash}` : '/';
}
