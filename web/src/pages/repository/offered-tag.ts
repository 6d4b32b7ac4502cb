/** The first tag that may be pulled. @param pulled all, or patterns such as `v1.*`: a beginning with a star, or a whole tag */
export function offeredTag<T extends { readonly name?: string }>(
  rows: readonly T[],
  pulled: 'all' | readonly string[],
): T | undefined {
  if (pulled === 'all') return rows[0];
  const matches = (pattern: string, tag: string): boolean =>
    pattern.endsWith('*') ? tag.startsWith(pattern.slice(0, -1)) : tag === pattern;
  return rows.find(({ name = '' }) => pulled.some((pattern) => matches(pattern, name)));
}
