import type { Migration } from '../migration.ts';

/** What Harbor's clients keep with a project, and which vulnerabilities are let through. Older code looks at neither. */
export const projectMetadata: Migration = {
  name: '202611281100-project-metadata',
  version: 10,
  minCompatibleVersion: 2,
  statements: (t) => [
    `create table project_metadata (
      project_id ${t.int} not null references project (id) on delete cascade,
      name ${t.text} not null,
      value ${t.text} not null,
      primary key (project_id, name)
    )${t.strictRowless}`,
    `create table cve_allowlist (
      id ${t.id},
      project_id ${t.int} references project (id) on delete cascade,
      expires_at ${t.int},
      items ${t.text} not null,
      created_at ${t.int} not null,
      updated_at ${t.int} not null
    )${t.strict}`,
    `create unique index cve_allowlist_by_project on cve_allowlist (project_id)`,
    `create unique index cve_allowlist_of_system on cve_allowlist ((1)) where project_id is null`,
  ],
};
