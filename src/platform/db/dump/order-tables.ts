/** A table, and one that its rows refer to. */
export interface TableReference {
  readonly from: string;
  readonly to: string;
}

/** So that every row finds what it refers to when tables are filled in this order. */
export function orderTables(names: readonly string[], references: readonly TableReference[]): string[] {
  const ordered = new Set<string>();
  const open = new Set(names.toSorted());
  while (open.size > 0) {
    const ready = [...open].filter((name) =>
      references.every(({ from, to }) => from !== name || to === name || !open.has(to)),
    );
    if (ready.length === 0)
      throw new Error(`tables refer to each other in a circle: ${[...open].join(', ')}`);
    for (const name of ready) {
      open.delete(name);
      ordered.add(name);
    }
  }
  return [...ordered];
}
