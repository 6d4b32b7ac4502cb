import type { Migration } from '../migration.ts';

/** The core: who, what is stored, how it got there, what happened. `docs/design/schema.md` explains it table by table. */
export const core: Migration = {
  name: '202611250300-core',
  version: 1,
  minCompatibleVersion: 1,
  statements: (t) => [
    `create table "user" (
      id ${t.id},
      username ${t.text} not null,
      email ${t.text},
      realname ${t.text} not null,
      password_hash ${t.text},
      password_version ${t.int} not null,
      created_at ${t.int} not null,
      updated_at ${t.int} not null,
      deleted_at ${t.int}
    )${t.strict}`,
    `create unique index user_by_name on "user" (username) where deleted_at is null`,

    `create table project (
      id ${t.id},
      name ${t.text} not null,
      owner_id ${t.int} not null references "user" (id),
      public ${t.int} not null check (public in (0, 1)),
      created_at ${t.int} not null,
      updated_at ${t.int} not null,
      deleted_at ${t.int},
      purge_after ${t.int}
    )${t.strict}`,
    `create unique index project_by_name on project (name) where deleted_at is null`,
    `create view live_project as select * from project where deleted_at is null`,

    `create table "grant" (
      id ${t.id},
      principal_kind ${t.text} not null check (principal_kind in ('user', 'group', 'robot')),
      principal_id ${t.int} not null,
      role ${t.text} not null,
      scope ${t.text} not null check (scope in ('system', 'project', 'repository')),
      project_id ${t.int} references project (id) on delete cascade,
      repository_pattern ${t.text},
      tag_pattern ${t.text},
      expires_at ${t.int},
      created_at ${t.int} not null,
      check ((scope = 'system') = (project_id is null)),
      check ((scope = 'repository') = (repository_pattern is not null))
    )${t.strict}`,
    `create index grant_by_principal on "grant" (principal_kind, principal_id)`,
    `create index grant_by_project on "grant" (project_id)`,

    `create table robot (
      id ${t.id},
      name ${t.text} not null unique,
      project_id ${t.int} references project (id) on delete cascade,
      secret_hash ${t.text} not null,
      disabled ${t.int} not null check (disabled in (0, 1)),
      expires_at ${t.int},
      created_at ${t.int} not null
    )${t.strict}`,
    `create table token (
      id ${t.id},
      user_id ${t.int} not null references "user" (id) on delete cascade,
      name ${t.text} not null,
      secret_hash ${t.text} not null unique,
      expires_at ${t.int},
      last_used_at ${t.int},
      created_at ${t.int} not null,
      unique (user_id, name)
    )${t.strict}`,
    `create table session (
      id_hash ${t.text} primary key,
      user_id ${t.int} not null references "user" (id) on delete cascade,
      created_at ${t.int} not null,
      expires_at ${t.int} not null
    )${t.strict}`,
    `create index session_by_user on session (user_id)`,

    `create table project_usage (
      project_id ${t.int} primary key references project (id) on delete cascade,
      used_bytes ${t.int} not null,
      limit_bytes ${t.int} not null
    )${t.strict}`,

    `create table repository (
      id ${t.id},
      project_id ${t.int} not null references project (id),
      full_name ${t.text} not null,
      created_at ${t.int} not null,
      updated_at ${t.int} not null,
      visible_at ${t.int},
      deleted_at ${t.int},
      purge_after ${t.int}
    )${t.strict}`,
    `create unique index repository_by_name on repository (full_name) where deleted_at is null`,
    `create index repository_by_project on repository (project_id)`,
    `create view live_repository as select * from repository where deleted_at is null`,

    `create table blob (
      id ${t.id},
      digest ${t.text} not null unique,
      size ${t.int} not null check (size >= 0),
      state ${t.text} not null
        check (state in ('pending', 'live', 'missing', 'condemned', 'deleting', 'burnt')),
      storage_key ${t.text},
      generation ${t.int} not null,
      worker ${t.text},
      state_at ${t.int} not null
    )${t.strict}`,
    `create index blob_not_live on blob (state, id) where state <> 'live'`,
    `create table blob_alias (
      digest ${t.text} primary key,
      blob_id ${t.int} not null references blob (id) on delete cascade
    )${t.strict}`,
    `create index blob_alias_by_blob on blob_alias (blob_id)`,
    `create table blob_link (
      repository_id ${t.int} not null references repository (id),
      blob_id ${t.int} not null references blob (id),
      touched_at ${t.int} not null,
      hidden ${t.int} not null check (hidden in (0, 1)),
      primary key (repository_id, blob_id)
    )${t.strictRowless}`,
    `create index blob_link_by_blob on blob_link (blob_id)`,
    `create table project_blob (
      project_id ${t.int} not null references project (id) on delete cascade,
      blob_id ${t.int} not null references blob (id),
      holders ${t.int} not null check (holders > 0),
      primary key (project_id, blob_id)
    )${t.strictRowless}`,
    `create index project_blob_by_blob on project_blob (blob_id)`,

    `create table manifest (
      blob_id ${t.int} primary key references blob (id),
      bytes ${t.bytes} not null
    )${t.strict}`,
    `create table reference (
      manifest_id ${t.int} not null references manifest (blob_id) on delete cascade,
      position ${t.int} not null,
      kind ${t.text} not null check (kind in ('config', 'layer', 'child', 'subject')),
      digest ${t.text} not null,
      size ${t.int} not null,
      blob_id ${t.int} references blob (id),
      primary key (manifest_id, position)
    )${t.strictRowless}`,
    `create index reference_by_blob on reference (blob_id)`,
    `create index reference_waiting on reference (digest) where blob_id is null`,
    `create table artifact (
      id ${t.id},
      repository_id ${t.int} not null references repository (id),
      blob_id ${t.int} not null references manifest (blob_id),
      digest ${t.text} not null,
      media_type ${t.text} not null,
      artifact_type ${t.text},
      size ${t.int} not null,
      pushed_at ${t.int} not null,
      deleted_at ${t.int},
      purge_after ${t.int}
    )${t.strict}`,
    `create unique index artifact_by_digest on artifact (repository_id, digest) where deleted_at is null`,
    `create index artifact_by_blob on artifact (blob_id)`,
    `create view live_artifact as select * from artifact where deleted_at is null`,

    `create table tag (
      id ${t.id},
      repository_id ${t.int} not null references repository (id),
      name ${t.text} not null,
      artifact_id ${t.int} not null references artifact (id),
      digest ${t.text} not null,
      pushed_at ${t.int} not null,
      deleted_at ${t.int},
      purge_after ${t.int}
    )${t.strict}`,
    `create unique index tag_by_name on tag (repository_id, name) where deleted_at is null`,
    `create index tag_by_artifact on tag (artifact_id)`,
    `create view live_tag as select * from tag where deleted_at is null`,
    `create table tag_history (
      id ${t.id},
      repository_id ${t.int} not null references repository (id) on delete cascade,
      name ${t.text} not null,
      digest ${t.text},
      previous_digest ${t.text},
      actor ${t.text} not null,
      at ${t.int} not null
    )${t.strict}`,
    `create index tag_history_by_name on tag_history (repository_id, name, id)`,

    `create table upload (
      id ${t.text} primary key,
      project_id ${t.int} not null references project (id) on delete cascade,
      repository_name ${t.text} not null,
      principal ${t.text} not null,
      generation ${t.int} not null,
      lease_holder ${t.text},
      lease_until ${t.int} not null,
      offset_bytes ${t.int} not null,
      blob_id ${t.int} references blob (id),
      finished_digest ${t.text},
      expires_at ${t.int} not null,
      created_at ${t.int} not null
    )${t.strict}`,
    `create index upload_by_expiry on upload (expires_at)`,
    `create index upload_by_blob on upload (blob_id) where blob_id is not null`,
    `create table upload_part (
      upload_id ${t.text} not null references upload (id) on delete cascade,
      no ${t.int} not null,
      offset_bytes ${t.int} not null,
      size ${t.int} not null,
      key ${t.text} not null,
      generation ${t.int} not null,
      primary key (upload_id, no)
    )${t.strictRowless}`,

    `create table label (
      id ${t.id},
      name ${t.text} not null,
      description ${t.text} not null,
      color ${t.text} not null,
      project_id ${t.int} references project (id) on delete cascade,
      created_at ${t.int} not null,
      updated_at ${t.int} not null
    )${t.strict}`,
    `create unique index label_by_name on label (coalesce(project_id, 0), name)`,
    `create table artifact_label (
      artifact_id ${t.int} not null references artifact (id) on delete cascade,
      label_id ${t.int} not null references label (id) on delete cascade,
      primary key (artifact_id, label_id)
    )${t.strictRowless}`,
    `create index artifact_label_by_label on artifact_label (label_id)`,

    `create table event (
      id ${t.id},
      type ${t.text} not null,
      at ${t.int} not null,
      actor ${t.text} not null,
      address ${t.text} not null,
      client ${t.text} not null,
      request_id ${t.text} not null,
      project_id ${t.int},
      object ${t.text} not null,
      data ${t.text} not null
    )${t.strict}`,
    `create index event_by_project on event (project_id, id)`,
    `create table delivery (
      id ${t.id},
      event_id ${t.int} not null references event (id) on delete cascade,
      listener ${t.text} not null,
      state ${t.text} not null check (state in ('waiting', 'delivered', 'failed')),
      attempts ${t.int} not null,
      next_at ${t.int} not null,
      unique (event_id, listener)
    )${t.strict}`,
    `create index delivery_waiting on delivery (next_at) where state = 'waiting'`,
    `create table job (
      id ${t.id},
      kind ${t.text} not null,
      state ${t.text} not null check (state in ('queued', 'running', 'done', 'failed', 'stopped')),
      input ${t.text} not null,
      run_at ${t.int} not null,
      attempts ${t.int} not null,
      lease_holder ${t.text},
      lease_until ${t.int} not null,
      created_at ${t.int} not null,
      ended_at ${t.int}
    )${t.strict}`,
    `create index job_open on job (run_at) where state in ('queued', 'running')`,
    `create table lease (
      name ${t.text} primary key,
      holder ${t.text} not null,
      until ${t.int} not null
    )${t.strict}`,
    `create table setting (
      name ${t.text} primary key,
      value ${t.text} not null,
      updated_at ${t.int} not null
    )${t.strict}`,
    `create table crypto_key (
      id ${t.id},
      purpose ${t.text} not null,
      wrapped ${t.bytes} not null,
      wrapped_by ${t.text} not null,
      created_at ${t.int} not null,
      retired_at ${t.int}
    )${t.strict}`,
    `create table store_identity (
      id ${t.int} primary key check (id = 1),
      store_id ${t.text} not null,
      epoch ${t.int} not null,
      nonce ${t.text} not null,
      next_nonce ${t.text}
    )${t.strict}`,
  ],
};
