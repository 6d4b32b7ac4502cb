import type { Generated } from 'kysely';
import type { SchemaOfBatches } from './schema/schema-of-batches.ts';
import type { SchemaOfJobs } from './schema/schema-of-jobs.ts';
import type { SchemaOfLayers } from './schema/schema-of-layers.ts';
import type { SchemaOfNames } from './schema/schema-of-names.ts';
import type { SchemaOfPeople } from './schema/schema-of-people.ts';
import type { SchemaOfRetention } from './schema/schema-of-retention.ts';
import type { SchemaOfStorage } from './schema/schema-of-storage.ts';
import type { SchemaOfStrays } from './schema/schema-of-strays.ts';
import type { SchemaOfTrash } from './schema/schema-of-trash.ts';

/**
 * Row types of every table; `docs/design/schema.md` says what each is for.
 * Times are epoch milliseconds, sizes are bytes, booleans are 0 or 1, on both engines.
 */
export interface Schema
  extends SchemaOfPeople,
    SchemaOfNames,
    SchemaOfJobs,
    SchemaOfTrash,
    SchemaOfStorage,
    SchemaOfStrays,
    SchemaOfBatches,
    SchemaOfLayers,
    SchemaOfRetention {
  project: ProjectTable;
  live_project: ProjectTable;
  project_metadata: ProjectMetadataTable;
  cve_allowlist: CveAllowlistTable;
  immutable_rule: ImmutableRuleTable;
  tag_protection: TagProtectionTable;
  tag_protection_holder: TagProtectionHolderTable;
  project_usage: ProjectUsageTable;
  project_blob: ProjectBlobTable;
  repository: RepositoryTable;
  live_repository: Omit<RepositoryTable, 'trash_id'>;
  /** Live, or deleted and not emptied yet: what its project is charged for. */
  held_repository: Pick<RepositoryTable, 'id' | 'project_id'>;
  blob: BlobTable;
  blob_alias: BlobAliasTable;
  blob_link: BlobLinkTable;
  manifest: ManifestTable;
  manifest_detail: ManifestDetailTable;
  reference: ReferenceTable;
  artifact: ArtifactTable;
  live_artifact: Omit<ArtifactTable, 'trash_id'>;
  tag: TagTable;
  live_tag: Omit<TagTable, 'trash_id'>;
  tag_history: TagHistoryTable;
  upload: UploadTable;
  upload_part: UploadPartTable;
  label: LabelTable;
  artifact_label: ArtifactLabelTable;
  event: EventTable;
  audit_period: AuditPeriodTable;
  audit_head: AuditHeadTable;
  audit_remainder: AuditRemainderTable;
  event_cursor: EventCursorTable;
  webhook: WebhookTable;
  delivery: DeliveryTable;
  lease: LeaseTable;
  instance: InstanceTable;
  periodic_job: PeriodicJobTable;
  setting: SettingTable;
  crypto_key: CryptoKeyTable;
  store_identity: StoreIdentityTable;
  database_move: DatabaseMoveTable;
  schema_migration: SchemaMigrationTable;
  schema_version: SchemaVersionTable;
}

export type BlobState = 'pending' | 'live' | 'missing' | 'condemned' | 'deleting' | 'burnt';

export interface ProjectTable {
  id: Generated<number>;
  name: string;
  owner_id: number;
  public: number;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
  purge_after: number | null;
  /** 1: manifests are taken although what they refer to is not there. */
  sparse_manifests: Generated<number>;
}

export interface ImmutableRuleTable {
  id: Generated<number>;
  project_id: number;
  disabled: number;
  /** JSON, as `src/content/tags/immutable-rule.ts` writes it. */
  definition: string;
  accept_same_digest: number;
  created_at: number;
  updated_at: number;
}

export interface TagProtectionTable {
  id: Generated<number>;
  project_id: number;
  /** Relative to the project. */
  repository_pattern: string;
  tag_pattern: string;
  created_at: number;
  updated_at: number;
}

export interface TagProtectionHolderTable {
  protection_id: number;
  principal_kind: 'user' | 'group' | 'robot';
  principal_id: number;
}

export interface ProjectMetadataTable {
  project_id: number;
  /** Harbor's key; those that have a column in `project` are not here. */
  name: string;
  /** As it was sent. */
  value: string;
}

/** Vulnerabilities that keep nobody from pulling. */
export interface CveAllowlistTable {
  id: Generated<number>;
  /** Null: the one of the whole system. */
  project_id: number | null;
  expires_at: number | null;
  /** JSON: a list of ids. */
  items: string;
  created_at: number;
  updated_at: number;
}

export interface ProjectUsageTable {
  project_id: number;
  used_bytes: number;
  /** -1: no limit. */
  limit_bytes: number;
}

/** How many repositories of a project hold a blob; the project is charged for it once. */
export interface ProjectBlobTable {
  project_id: number;
  blob_id: number;
  holders: number;
}

export interface RepositoryTable {
  id: Generated<number>;
  project_id: number;
  full_name: string;
  created_at: number;
  updated_at: number;
  /** Null until the first artifact; such a repository is in no list. */
  visible_at: number | null;
  deleted_at: number | null;
  /** Null in a deleted one: what is in it is not in the trash yet. */
  purge_after: number | null;
  description: Generated<string>;
  /** Of manifests, by clients. */
  pull_count: Generated<number>;
  /** The deletion that it went with. */
  trash_id: Generated<number | null>;
}

export interface BlobTable {
  id: Generated<number>;
  /** Canonical digest (sha256). */
  digest: string;
  size: number;
  state: BlobState;
  /** Null: the canonical key of the digest. */
  storage_key: string | null;
  /** Rises each time a deletion starts. */
  generation: number;
  worker: string | null;
  state_at: number;
}

export interface BlobAliasTable {
  digest: string;
  blob_id: number;
}

export interface BlobLinkTable {
  repository_id: number;
  blob_id: number;
  touched_at: number;
  /** 1: kept for the trash, answers as unknown. */
  hidden: number;
}

export interface ManifestTable {
  blob_id: number;
  bytes: Uint8Array;
  /** When its copy in the storage was durable; null: it has none yet. */
  copied_at: number | null;
}

/** What lists show of a manifest beside its artifacts' rows. */
export interface ManifestDetailTable {
  blob_id: number;
  /** JSON objects; null: none, or more than is shown. */
  annotations: string | null;
  extra_attrs: string | null;
  /** The digest of the picture that it brings. */
  icon: string | null;
}

export interface ReferenceTable {
  /** The manifest's blob. */
  manifest_id: number;
  position: number;
  kind: 'config' | 'layer' | 'child' | 'subject';
  /** As written in the manifest. */
  digest: string;
  size: number;
  /** Null while nothing of that digest is known. */
  blob_id: number | null;
}

export interface ArtifactTable {
  id: Generated<number>;
  repository_id: number;
  /** Of its repository, which stays in it; never null in a row that is there. */
  project_id: Generated<number | null>;
  blob_id: number;
  digest: string;
  media_type: string;
  artifact_type: string | null;
  /** The digest of what it is about, as its manifest writes it. */
  subject: string | null;
  size: number;
  pushed_at: number;
  deleted_at: number | null;
  purge_after: number | null;
  /** Harbor's type: `IMAGE`, `CHART`. This and what follows is null while `described` is 0. */
  kind: Generated<string | null>;
  /** The media type that tells what it is: of the config, of an index its own. */
  config_type: Generated<string | null>;
  /** With all that it refers to, as its manifests say. */
  total_size: Generated<number | null>;
  pulled_at: Generated<number | null>;
  /** `signature.cosign` and the like; null: it is no accessory. */
  accessory_kind: Generated<string | null>;
  /** The digest of what it is an accessory of, by its manifest or by its tag. */
  accessory_subject: Generated<string | null>;
  /** 0: not yet; 1: all is known; 2: something it refers to was not there, so it is looked at again. */
  described: Generated<number>;
  trash_id: Generated<number | null>;
}

export interface TagTable {
  id: Generated<number>;
  repository_id: number;
  name: string;
  artifact_id: number;
  /** In the algorithm it was pushed by. */
  digest: string;
  pushed_at: number;
  deleted_at: number | null;
  purge_after: number | null;
  pulled_at: Generated<number | null>;
  trash_id: Generated<number | null>;
  /** The name as `naturalKey` writes it; empty: not written down yet. */
  name_order: Generated<string>;
}

export interface TagHistoryTable {
  id: Generated<number>;
  repository_id: number;
  name: string;
  /** Null: the tag was deleted. */
  digest: string | null;
  previous_digest: string | null;
  actor: string;
  at: number;
  address: Generated<string>;
  client: Generated<string>;
}

export interface UploadTable {
  id: string;
  project_id: number;
  repository_name: string;
  /** `user:1`, `robot:7`: only this principal may go on with it. */
  principal: string;
  generation: number;
  lease_holder: string | null;
  lease_until: number;
  offset_bytes: number;
  /** The publisher's claim: while it stands, the blob is no garbage. */
  blob_id: number | null;
  /** Set when it ended; a repeated PUT is answered from it. */
  finished_digest: string | null;
  expires_at: number;
  created_at: number;
}

export interface UploadPartTable {
  upload_id: string;
  no: number;
  offset_bytes: number;
  size: number;
  key: string;
  generation: number;
}

export interface LabelTable {
  id: Generated<number>;
  name: string;
  description: string;
  color: string;
  /** Null: a label of the whole system. */
  project_id: number | null;
  created_at: number;
  updated_at: number;
}

export interface ArtifactLabelTable {
  artifact_id: number;
  label_id: number;
}

export interface EventTable {
  id: Generated<number>;
  type: string;
  at: number;
  actor: string;
  address: string;
  client: string;
  request_id: string;
  project_id: number | null;
  object: string;
  /** JSON text: before and after, never a secret. */
  data: string;
  /** 0: the audit log shows it; 1: it does not, since a setting leaves it out; 2: nor does it ever, a step of something else. */
  hidden: Generated<number>;
}

/** The events with the ids above `after_id` and up to `to_id`, which nobody adds to any more. */
export interface AuditPeriodTable {
  number: number;
  after_id: number;
  to_id: number;
  rows: number;
  /** SHA-256 of the hash before it and of the rows. */
  hash: string;
  closed_at: number;
  /** Of all that by the master key. */
  seal: string;
}

/** The one row that says how many periods there are. */
export interface AuditHeadTable {
  id: number;
  number: number;
  seal: string;
}

/** What is left of a closed period that a purge has looked at. */
export interface AuditRemainderTable {
  number: number;
  /** Still there, once what is on its way out is gone. */
  rows: number;
  removed: number;
  /** SHA-256 of the period's hash and of those rows. */
  hash: string;
  /** JSON: of each type how many there are, and the time of the oldest. */
  held: string;
  /** JSON: while rows are being removed, the types and the times before which they go; otherwise empty. */
  removing: string;
  /** Of all that by the master key. */
  seal: string;
}

/** Up to which event a listener has got them. */
export interface EventCursorTable {
  name: string;
  last_id: number;
  moved_at: number;
}

/** Who is told of events: those of a project, or (null) of all whose names `project_pattern` matches. */
export interface WebhookTable {
  id: Generated<number>;
  project_id: number | null;
  project_pattern: string;
  name: string;
  description: string;
  /** JSON: addresses and forms, in the order of `queue` of the deliveries; no secrets. */
  targets: string;
  /** JSON, encrypted with the master key that `wrapped_by` names. */
  secrets: Uint8Array;
  wrapped_by: string;
  event_types: string;
  filters: string;
  enabled: number;
  creator: string;
  created_at: number;
  updated_at: number;
  /** It is told of what came later. */
  after_event_id: number;
}

/** An event on its way to one target, which gets those of one `order_key` one after the other. */
export interface DeliveryTable {
  id: Generated<number>;
  event_id: number;
  /** With `event_id`: what is written once only. */
  listener: string;
  state: 'waiting' | 'delivered' | 'failed';
  attempts: number;
  next_at: number;
  webhook_id: number | null;
  queue: Generated<string>;
  order_key: Generated<string>;
  /** In the receiver's words: `PUSH_ARTIFACT`. */
  kind: Generated<string>;
  /** Of the target as it was then: `http`, `slack`. */
  form: Generated<string>;
  content_type: Generated<string>;
  body: Generated<string>;
  created_at: Generated<number>;
  started_at: number | null;
  ended_at: number | null;
  /** Of the last answer: its status, and how it began. */
  status: number | null;
  answer: Generated<string>;
  problem: Generated<string>;
  log: Generated<string>;
}

export interface LeaseTable {
  name: string;
  holder: string;
  until: number;
}

export interface InstanceTable {
  name: string;
  host: string;
  version: string;
  started_at: number;
  seen_at: number;
  requests_per_minute: number;
  lag_p99_us: number;
  pool_used: number;
  pool_limit: number;
  pool_waiting: number;
  leases: number;
  rss_bytes: number;
  pid: Generated<number>;
}

export interface PeriodicJobTable {
  name: string;
  due_at: number;
  lease_holder: string | null;
  lease_until: number;
}

export interface SettingTable {
  name: string;
  value: string;
  updated_at: number;
}

export interface CryptoKeyTable {
  id: Generated<number>;
  purpose: string;
  /** Encrypted with the master key that `wrapped_by` names. */
  wrapped: Uint8Array;
  wrapped_by: string;
  created_at: number;
  retired_at: number | null;
}

export interface StoreIdentityTable {
  /** Always 1. */
  id: number;
  store_id: string;
  epoch: number;
  nonce: string;
  /** Written before the marker is changed to it; null once the marker is known to hold `nonce`. */
  next_nonce: string | null;
}

export interface DatabaseMoveTable {
  /** Always 1. */
  id: number;
  move_id: string;
  /**
   * In the database that is left: `begun` until its copy was compared, then `moved`. In the one that is filled:
   * `coming`, and `arrived` with the identity.
   */
  state: 'begun' | 'moved' | 'coming' | 'arrived';
  store_id: string;
  /** Number of the schema that the rows were copied in. */
  schema: number;
  /** What the other database is called, without a password. */
  other: string;
  /** Of a database that is filled: JSON, `MovePosition`; empty in the other. */
  position: string;
}

export interface SchemaMigrationTable {
  name: string;
  applied_at: number;
}

export interface SchemaVersionTable {
  id: number;
  version: number;
  /** The oldest code that can work on this schema. */
  min_compatible_version: number;
}
