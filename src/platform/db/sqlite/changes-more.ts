/** What pushes, pulls and collections write all the time, and no right depends on. */
const contentTables: ReadonlySet<string> = new Set([
  'artifact',
  'blob',
  'blob_alias',
  'blob_link',
  'event',
  'manifest',
  'manifest_detail',
  'project_blob',
  'project_usage',
  'reference',
  'repository',
  'tag',
  'tag_history',
  'upload',
  'upload_part',
]);

const written = /^\s*(?:insert(?:\s+or\s+\w+)?\s+into|update(?:\s+or\s+\w+)?|delete\s+from)\s+"?(\w+)/i;
const mostKnown = 1000;
const known = new Map<string, boolean>();

/** Whether a statement may change anything but content: each that is not known to read, or to write content only. */
export function changesMore(sql: string): boolean {
  const before = known.get(sql);
  if (before !== undefined) return before;
  const [, table] = written.exec(sql) ?? [];
  const more = table === undefined ? !/^\s*select\b/i.test(sql) : !contentTables.has(table.toLowerCase());
  if (known.size >= mostKnown) known.clear();
  known.set(sql, more);
  return more;
}
