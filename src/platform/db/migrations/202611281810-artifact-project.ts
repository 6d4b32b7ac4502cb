import type { Migration } from '../migration.ts';

/**
 * The project of an artifact, by which those of a project are read. Older code says nothing of it; a trigger does. The
 * next steps do what takes long, so that nobody waits who reads.
 */
export const artifactProject: Migration = {
  name: '202611281810-artifact-project',
  version: 20,
  minCompatibleVersion: 2,
  statements: (t) => [
    `alter table artifact add column project_id ${t.int}`,
    ...(t.dialect === 'sqlite' ? sqliteTrigger : postgresTrigger),
    `drop view live_artifact`,
    `create view live_artifact as select * from artifact where deleted_at is null`,
  ],
};

const sqliteTrigger = [
  `create trigger artifact_project after insert on artifact when new.project_id is null begin
    update artifact set project_id = (select project_id from repository where id = new.repository_id)
      where id = new.id;
  end`,
];

const postgresTrigger = [
  `create or replace function artifact_project() returns trigger language plpgsql as $$ begin
    new.project_id := (select project_id from repository where id = new.repository_id);
    return new;
  end $$`,
  `create trigger artifact_project before insert on artifact for each row when (new.project_id is null)
    execute function artifact_project()`,
];
