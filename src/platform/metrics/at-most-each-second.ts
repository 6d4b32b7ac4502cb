const freshMs = 1000;

/** Whoever asks often is told what was found within the last second. */
export function atMostEachSecond<T>(find: () => Promise<T>): () => Promise<T> {
  let last: { readonly found: Promise<T>; readonly until: number } | undefined;
  return () => {
    if (last === undefined || last.until < performance.now())
      last = { found: find(), until: performance.now() + freshMs };
    return last.found;
  };
}
