/** What of it says that not all was done. */
const rests = ['refused', 'left', 'failed'] as const;

/** Whether work that ended well left something as it was. */
export function restOf(result: object | undefined): 'none' | 'some' | 'all' {
  if (outcomeOf(result).stayed === 0) return 'none';
  return countsOf(result)['done'] === 0 ? 'all' : 'some';
}

/** What it did, and what stayed as it was. */
export function outcomeOf(result: object | undefined): { readonly ended: number; readonly stayed: number } {
  const counts = countsOf(result);
  const number = (key: string): number => Number(counts[key] ?? 0) || 0;
  return { ended: number('done'), stayed: rests.reduce((sum, key) => sum + number(key), 0) };
}

function countsOf(result: object | undefined): Readonly<Record<string, unknown>> {
  return (result ?? {}) as Readonly<Record<string, unknown>>;
}
