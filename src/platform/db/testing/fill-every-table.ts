/** A connection of either engine, as far as this needs it. */
interface Executes {
  exec(statement: string): unknown;
}

/** Rows for every table of the first schema; a later schema has to carry them along. */
export const rowsForEveryTable: readonly string[] = [
  `insert into "user" values (1, 'admin', null, '', 'hash', 1, 0, 0, null, 0, 'first'), (2, 'anonymous', null, '', null, 1, 0, 0, 0, 1, '')`,
  `insert into project values (1, 'library', 1, 1, 0, 0, null, null, 0), (2, 'gone', 1, 0, 0, 0, 1, 2, 1)`,
  `insert into "grant" values (1, 'user', 1, 'system-admin', 'system', null, null, null, null, 0, null),
    (2, 'user', 2, 'guest', 'repository', 1, 'app/**', 'v*', 9, 0, null),
    (3, 'robot', 1, 'robot-own:0', 'project', 1, null, null, null, 0, 'repository:pull')`,
  `insert into role values (1, 'ci-reader', 'project', 'repository:pull', 0, 0)`,
  `insert into user_group values (1, 'team', 0, 0, 0)`,
  `insert into user_group_member values (1, 1, 'local', 0)`,
  `insert into robot values (1, 'library+ci', 1, 'hash', 0, null, 0, '', 1, -1, 'user', 1, 0, null, '', '')`,
  `insert into token values (1, 1, 'laptop', 'hash', null, null, 0, 1, '', '')`,
  `insert into token_scope values (1, 1, 1, 'app/**', 'pull,push')`,
  `insert into session values ('hash', 1, 0, 9, 1)`,
  `insert into login_failure values ('name', '192.0.2.1', 5, 1000, 9)`,
  `insert into device_login values (1, 'hash', 'code', 'berth on laptop', '192.0.2.1', '192.0.2.1', 'berth', 'pending', null, 5000, 0, 0, 9)`,
  `insert into expiry_notice values ('token:1', 9, 30)`,
  `insert into immutable_rule values (1, 1, 0, '{}', 0, 0, 0)`,
  `insert into tag_protection values (1, 1, 'app/**', 'v*', 0, 0)`,
  `insert into tag_protection_holder values (1, 'user', 1)`,
  `insert into project_metadata values (1, 'severity', 'low')`,
  `insert into cve_allowlist values (1, 1, 9000, '["CVE-2026-1"]', 0, 0), (2, null, null, '[]', 0, 0)`,
  `insert into project_usage values (1, 10, -1), (2, 0, 5)`,
  `insert into repository values (1, 1, 'library/app', 0, 0, 0, null, null, 'text', 3, null)`,
  `insert into former_project values ('old', 1, 0, 9)`,
  `insert into former_repository values (1, 'old', 1, 0, 9)`,
  `insert into blob values (1, 'sha256:aa', 5, 'live', null, 0, null, 0), (2, 'sha256:bb', 5, 'live', 'key.1', 1, 'w', 0)`,
  `insert into blob_alias values ('sha512:aa', 1)`,
  `insert into blob_link values (1, 1, 0, 0)`,
  `insert into project_blob values (1, 1, 1)`,
  `insert into manifest values (2, 'bytes', null)`,
  `insert into manifest_detail values (2, '{"a":"b"}', '{}', 'sha256:aa')`,
  `insert into reference values (2, 0, 'config', 'sha256:aa', 5, 1), (2, 1, 'subject', 'sha256:cc', 5, null)`,
  `insert into artifact values (1, 1, 2, 'sha256:bb', 'type', null, 5, 0, null, null, 'sha256:cc',
    'IMAGE', 'config', 10, 7, 'subject.accessory', 'sha256:cc', 1, 1, 1)`,
  `insert into tag values (1, 1, 'v1', 1, 'sha256:bb', 0, null, null, 7, null)`,
  `insert into trash values (1, 'artifact', null, 1, null, 'sha256:bb', 10, '[]', 0, 9, 'user:1')`,
  `insert into blocked_digest values ('sha256:dd', 'library/app@sha256:dd', 'user:1', 0)`,
  `insert into tag_history values (1, 1, 'v1', 'sha256:bb', null, 'user:1', 0, '192.0.2.1', 'docker')`,
  `insert into upload values ('u', 1, 'library/app', 'user:1', 0, null, 0, 3, 1, null, 9, 0)`,
  `insert into upload_part values ('u', 0, 0, 3, 'berth/staging/u.0', 0)`,
  `insert into label values (1, 'prod', '', '#fff', null, 0, 0)`,
  `insert into artifact_label values (1, 1)`,
  `insert into event values (1, 'tag.moved', 0, 'user:1', '', '', '', 1, 'library/app:v1', '{}', 0)`,
  `insert into audit_period values (1, 0, 1, 1, 'hash', 0, 'seal')`,
  `insert into audit_head values (1, 1, 'seal')`,
  `insert into event_cursor values ('audit-forward', 1, 0)`,
  `insert into delivery values (1, 1, 'hook', 'waiting', 0, 0)`,
  `insert into execution values (1, 'GARBAGE_COLLECTION', -1, 'MANUAL', 'Running', '', 0, 0, null)`,
  `insert into job values (1, 'GARBAGE_COLLECTION', 'queued', '{}', 0, 0, null, 0, 0, null, 1, 0, 0, '', '', '{}', null, 0, null, 0)`,
  `insert into retention_policy values (1, 1, '{}', 1, 0, 0, 0)`,
  `insert into retention_run values (1, 1, '{}', '{}', null, '')`,
  `insert into retention_task values (1, 1, 1, 'library/app', 1, 1)`,
  `insert into retention_plan values (1, 1, '{}', 0, 9, 'user:1', '', '{}', null)`,
  `insert into retention_plan_part values (1, 1, 'library/app', '[]')`,
  `insert into in_use_list values (1, 'prod', 0, 9, 'user:1')`,
  `insert into in_use_image values (1, 'library/app', 'v1', '')`,
  `insert into job_log values (1, 0, 'line')`,
  `insert into job_queue values ('GARBAGE_COLLECTION', 9)`,
  `insert into schedule values (1, 'GARBAGE_COLLECTION', -1, '0 0 0 * * *', 'UTC', '{}', 9, 0)`,
  `insert into lease values ('a', 'b', 0)`,
  `insert into instance values ('i', 'h', '1', 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)`,
  `insert into periodic_job values ('sweep', 9, null, 0)`,
  `insert into setting values ('a', 'b', 0)`,
  `insert into crypto_key values (1, 'token', 'wrapped', 'k1', 0, null)`,
  `insert into store_identity values (1, 's', 1, 'n', null)`,
  `insert into database_move values (1, 'm', 'arrived', 's', 7, 'other', '')`,
];

/** SQLite's strict tables take bytes as literals of their own. */
export function fillEveryTable(db: Executes): void {
  db.exec('pragma foreign_keys = off');
  for (const statement of rowsForEveryTable) {
    db.exec(statement.replace(`'bytes'`, `x'6279746573'`).replace(`'wrapped'`, `x'77726170'`));
  }
}
