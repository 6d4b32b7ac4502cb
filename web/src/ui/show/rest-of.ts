/** What of it says that not all was done. */
const rests = ['refused', 'left', 'failed'] as const;

/** Whether work that ended well left something as it was. */
export function restOf(result: object | undefined): 'none' | 'some' | 'all' {
  const counts = (result ?? {}) as Readonly<Record<string, unknown>>;
  if (!rests.some((key) => Number(counts[key] ?? 0) > 0)) return 'none';
  return counts['done'] === 0 ? 'all' : 'some';
}
