import type { Migration } from '../migration.ts';

/** What the audit log is read by. The steps of a push are no part of it, and are not indexed. */
export const audit: Migration = {
  name: '202611280600-audit',
  version: 9,
  minCompatibleVersion: 2,
  statements: () => {
    const shown = `where type not in ('blob.pushed', 'blob.mounted', 'blob.deleted', 'blob.missing')`;
    return [
      `drop index event_by_project`,
      `create index event_by_time on event (at, id) ${shown}`,
      `create index event_by_project on event (project_id, at, id) ${shown}`,
      `create index event_by_type on event (type, at, id) ${shown}`,
      `create index event_by_actor on event (actor, at, id) ${shown}`,
      `create index event_by_object on event (object, at, id) ${shown}`,
    ];
  },
};
