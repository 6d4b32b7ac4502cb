const everyMs = 2000;
const lastsMs = 5000;
/** Between writing and reading again: who wrote at the same moment is seen by then. */
const settlesMs = 200;

interface Lease {
  readonly holder: string;
  readonly until: number;
}

/**
 * One tab of a browser at a time does `hold`, until the signal; another one goes on when that is closed, or hidden for long.
 * By the browser's locks; over plain HTTP, where there are none, by a note of who does, which is renewed.
 */
export function holdAlone(name: string, signal: AbortSignal, hold: (signal: AbortSignal) => void): void {
  const locks: LockManager | undefined = 'locks' in navigator ? navigator.locks : undefined;
  if (locks === undefined) holdByNote(name, signal, hold);
  else holdByLock(locks, name, signal, hold);
}

function holdByLock(
  locks: LockManager,
  name: string,
  signal: AbortSignal,
  hold: (signal: AbortSignal) => void,
): void {
  const { promise: ended, resolve } = Promise.withResolvers<undefined>();
  signal.addEventListener('abort', () => resolve(undefined));
  const run = (): Promise<undefined> => {
    hold(signal);
    return ended;
  };
  locks.request(name, { signal }, run).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

function holdByNote(name: string, signal: AbortSignal, hold: (signal: AbortSignal) => void): void {
  const me = `${Date.now()} ${Math.random()}`;
  let held: AbortController | undefined;
  const look = (): void => {
    const lease = read(name);
    if (lease !== undefined && lease.holder !== me && lease.until > Date.now()) {
      held?.abort();
      held = undefined;
      return;
    }
    localStorage.setItem(name, JSON.stringify({ holder: me, until: Date.now() + lastsMs }));
    if (held === undefined) setTimeout(begin, settlesMs);
  };
  const begin = (): void => {
    if (signal.aborted || held !== undefined || read(name)?.holder !== me) return;
    held = new AbortController();
    hold(held.signal);
  };
  const leave = (): void => {
    if (read(name)?.holder === me) localStorage.removeItem(name);
  };
  const timer = setInterval(look, everyMs);
  addEventListener('pagehide', leave, { signal });
  signal.addEventListener('abort', () => {
    clearInterval(timer);
    held?.abort();
    leave();
  });
  look();
}

function read(name: string): Lease | undefined {
  const text = localStorage.getItem(name);
  return text === null ? undefined : (JSON.parse(text) as Lease);
}
