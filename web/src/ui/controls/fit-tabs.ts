interface Room {
  /** Of each tab, in their order. */
  readonly widths: readonly number[];
  readonly gap: number;
  readonly room: number;
  /** Of what takes the place of those that do not fit. */
  readonly more: number;
  /** Which one is always seen; -1: none. */
  readonly current: number;
}

/** Which tabs stand side by side: all, or as many of the first as fit with the current one and what leads to the others. */
export function fitTabs({ widths, gap, room, more, current }: Room): readonly number[] {
  const all = widths.map((_width, at) => at);
  const widthOf = (some: readonly number[]): number =>
    some.reduce((sum, at) => sum + (widths[at] ?? 0) + gap, 0);
  if (widthOf(all) - gap <= room) return all;
  const kept: number[] = current < 0 ? [] : [current];
  for (const at of all) {
    if (at === current) continue;
    if (widthOf([...kept, at]) + more > room) break;
    kept.push(at);
  }
  return kept.toSorted((one, other) => one - other);
}
