import type { RetentionData, Told } from './told.ts';

/** Of what was deleted: nobody reads more in a message, and those of chats are limited. */
const mostNamed = 20;

export type Line = readonly [title: string, value: string];

/** What happened, as a message for people tells it. */
export function linesOf({ at, operator, object, data }: Told): readonly Line[] {
  return [
    ...(data.resources ?? []).map(({ resource_url }): Line => ['resource', resource_url]),
    ...(data.resources === undefined && data.repository !== undefined
      ? [['repository', data.repository.repo_full_name] as const]
      : []),
    ...(data.retention === undefined ? [] : retentionLines(object, data.retention)),
    ...Object.entries(data.custom_attributes ?? {}),
    ['operator', operator],
    ['time', new Date(at).toISOString()],
  ];
}

function retentionLines(
  repository: string,
  { total, retained, deleted_artifact: deleted }: RetentionData,
): Line[] {
  const shown = deleted.slice(0, mostNamed).map(({ name_tag: name }) => name);
  const more = deleted.length > mostNamed ? [`… (${deleted.length})`] : [];
  return [
    ['repository', repository],
    ['retained', `${retained} / ${total}`],
    ['deleted', [...shown, ...more].join(', ')],
  ];
}
