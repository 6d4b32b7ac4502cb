import type { Flags } from '../cli.ts';
import { textFlag } from '../rest/show.ts';

const filters = ['actor', 'object', 'type', 'project', 'from', 'to'] as const;

/** The address of the rows that the flags ask for. */
export function exportPath(flags: Flags, more: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(more);
  for (const name of filters) {
    const value = textFlag(flags, name);
    if (value !== undefined) query.set(name, value);
  }
  return `/api/berth/v1/audit/export?${query.toString()}`;
}
