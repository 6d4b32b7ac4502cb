import { wholeAddress } from '../../ui/navigation/prefix.ts';
import { quoted } from '../../ui/text/quoted.ts';

/** The filter as it stands in the address. */
export const activityDefaults = {
  actor: '',
  object: '',
  type: '',
  result: '',
  project: '',
  request: '',
  since: '',
  from: '',
  to: '',
  /** Where this page of the list begins: what the page before said. */
  after: '',
  /** The event that is looked at. */
  event: '',
};

export type ActivitySearch = typeof activityDefaults;

export const filterKeys = [
  'actor',
  'object',
  'type',
  'result',
  'project',
  'request',
  'since',
  'from',
  'to',
] as const satisfies readonly (keyof ActivitySearch)[];

const hourMs = 3_600_000;
export const periods = { '1h': hourMs, '24h': 24 * hourMs, '7d': 168 * hourMs, '30d': 720 * hourMs } as const;
export type Period = keyof typeof periods;

export function periodOf(since: string): Period | undefined {
  return Object.hasOwn(periods, since) ? (since as Period) : undefined;
}

export interface AuditQuery {
  readonly actor?: string;
  readonly object?: string;
  readonly type?: string;
  readonly result?: 'done' | 'refused';
  readonly project?: string;
  readonly request_id?: string;
  readonly from?: string;
  readonly to?: string;
}

/**
 * What the server is asked. Names are looked for by a part, unless they begin with `=`; an own span is of whole days of
 * the browser's zone, the last one with it.
 * @param now whole minutes, so that the same is asked again for a while
 */
export function auditQuery(search: ActivitySearch, now: number): AuditQuery {
  const period = periodOf(search.since);
  const from = period === undefined ? startOfDay(search.from, 0) : new Date(now - periods[period]);
  const to = period === undefined ? startOfDay(search.to, 1) : undefined;
  const result = search.result === 'done' || search.result === 'refused' ? search.result : undefined;
  return {
    ...given('actor', partOf(search.actor)),
    ...given('object', partOf(search.object)),
    ...given('type', search.type.trim()),
    ...(result === undefined ? {} : { result }),
    ...given('project', search.project.trim()),
    ...given('request_id', search.request.trim()),
    ...given('from', from?.toISOString() ?? ''),
    ...given('to', to?.toISOString() ?? ''),
  };
}

function given<K extends keyof AuditQuery>(key: K, value: string): { readonly [key: string]: string } {
  return value === '' ? {} : { [key]: value };
}

function partOf(text: string): string {
  const words = text.trim();
  if (words === '') return '';
  return words.startsWith('=') ? words.slice(1) : `~${words}`;
}

function startOfDay(day: string, more: number): Date | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? [];
  return year === undefined ? undefined : new Date(Number(year), Number(month) - 1, Number(date) + more);
}

export function exportAddress(query: AuditQuery, format: 'csv' | 'ndjson'): string {
  return `/api/berth/v1/audit/export?${new URLSearchParams({ ...query, format, sort: '-op_time' }).toString()}`;
}

/** The command that writes the same; what it has no option for is asked of the API. */
export function exportCommand(query: AuditQuery): string {
  const { result, request_id: requestId, ...flags } = query;
  if (result !== undefined || requestId !== undefined)
    return `curl -u NAME ${quoted(wholeAddress(exportAddress(query, 'csv')))}`;
  const words = Object.entries(flags).map(([name, value]) => `--${name} ${quoted(value)}`);
  return ['berth audit export -o audit.csv', ...words].join(' ');
}
