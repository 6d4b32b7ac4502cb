/** Row types of the tables of storage figures. */
export interface SchemaOfStorage {
  storage_total: StorageTotalTable;
  storage_project: StorageProjectTable;
  storage_repository: StorageRepositoryTable;
  storage_tag: StorageTagTable;
  storage_trash_day: StorageTrashDayTable;
  storage_day: StorageDayTable;
  storage_month: StorageMonthTable;
  storage_accrual: StorageAccrualTable;
}

interface Figures {
  logical_bytes: number;
  unique_bytes: number;
  /** Logical without unique. */
  shared_bytes: number;
}

/** The one row that says what the last count found everywhere, and when it was. */
interface StorageTotalTable {
  id: number;
  logical_bytes: number;
  trash_bytes: number;
  unreferenced_bytes: number;
  /** The last event before the count. */
  event_id: number;
  began_at: number;
  ended_at: number;
}

interface StorageProjectTable extends Figures {
  project_id: number;
  trash_bytes: number;
}

interface StorageRepositoryTable extends Figures {
  repository_id: number;
  trash_bytes: number;
  untagged_bytes: number;
}

interface StorageTagTable extends Figures {
  tag_id: number;
  repository_id: number;
}

interface StorageTrashDayTable {
  /** Days since 1970 in UTC. */
  day: number;
  /** What the end of that day's part of the trash gives back. */
  bytes: number;
}

interface StorageDayTable {
  /** 0: all that is stored. */
  project_id: number;
  /** Days since 1970 in UTC. */
  day: number;
  bytes: number;
}

interface StorageMonthTable {
  /** 202611, in UTC. */
  month: number;
  project_id: number;
  /** `user:1`, as events name who acts; empty: what the project keeps. */
  account: string;
  pushed_bytes: number;
  pulled_bytes: number;
  stored_kib_hours: number;
}

/** The one row that says up to when what is kept was added to its months. */
interface StorageAccrualTable {
  id: number;
  /** Whole hours since 1970. */
  hour: number;
}
