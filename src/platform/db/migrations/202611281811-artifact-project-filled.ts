import type { Migration } from '../migration.ts';

/** The artifacts from before. */
export const artifactProjectFilled: Migration = {
  name: '202611281811-artifact-project-filled',
  version: 21,
  minCompatibleVersion: 2,
  rows: {
    table: 'artifact',
    set: 'project_id = (select project_id from repository where repository.id = artifact.repository_id)',
    where: 'project_id is null',
  },
  statements: () => [],
};
