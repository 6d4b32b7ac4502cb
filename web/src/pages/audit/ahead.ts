import { type AheadOfPage, forAnswer } from '../../api/ahead/question.ts';
import type { Input } from '../../api/call.ts';
import { readSearch } from '../../ui/navigation/use-search-state.ts';
import { type ActivitySearch, activityDefaults, auditQuery } from './audit-query.ts';

export const auditKey = 'GET /api/berth/v1/audit';
const rowsAtOnce = 50;
const minuteMs = 60_000;

/** @param within the project whose log it is; undefined: that of the system */
export function askedOf(search: ActivitySearch, within: string | undefined) {
  const asked = within === undefined ? search : { ...search, project: within };
  return auditQuery(asked, Math.floor(Date.now() / minuteMs) * minuteMs);
}

export function auditInput(search: ActivitySearch, within: string | undefined): Input<typeof auditKey> {
  const { after } = search;
  return { query: { ...askedOf(search, within), limit: rowsAtOnce, ...(after === '' ? {} : { after }) } };
}

export const ahead: readonly AheadOfPage[] = ['/activity', '/p/:project/activity'].map((path) => ({
  path,
  questions: ({ project }, search) => [
    forAnswer(auditKey, auditInput(readSearch(search, activityDefaults), project)),
  ],
}));
