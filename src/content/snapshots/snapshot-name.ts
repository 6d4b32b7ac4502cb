const shape = /^db-(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;

/** `db-20261127T221500Z`: names sort by age. */
export function snapshotName(now: number): string {
  return `db-${new Date(now).toISOString().replace(/\.\d+/, '').replace(/[-:]/g, '')}`;
}

/** Epoch milliseconds, whole seconds; undefined for what is no snapshot's name. */
export function snapshotTime(name: string): number | undefined {
  const found = shape.exec(name);
  if (found === null) return undefined;
  const [year = 0, month = 0, ...rest] = found.slice(1).map(Number);
  const [day = 0, hour = 0, minute = 0, second = 0] = rest;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
