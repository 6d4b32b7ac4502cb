const units: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);
const mostMs = 7 * 24 * 3_600_000;

/** `90s`, `30m`, `2h` in milliseconds, up to a week; undefined: it is none of these. */
export function parseGcWindow(text: string): number | undefined {
  const [, number = '', unit = ''] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  const ms = Number(number) * (units.get(unit) ?? Number.NaN);
  return ms <= mostMs ? ms : undefined;
}
