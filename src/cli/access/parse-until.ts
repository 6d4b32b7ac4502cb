const day = /^\d{4}-\d{2}-\d{2}$/;
const moment = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})$/;
const dayMs = 24 * 60 * 60 * 1000;

/** Epoch milliseconds; undefined for what is no date. A day ends at its midnight, UTC. */
export function parseUntil(text: string): number | undefined {
  if (day.test(text)) return isDay(text) ? Date.parse(text) + dayMs : undefined;
  const [, date = ''] = moment.exec(text) ?? [];
  const ms = isDay(date) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** The parser takes 31 February for a day in March. */
function isDay(text: string): boolean {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}
