/** Row types of the tables of objects that no row speaks of. */
export interface SchemaOfStrays {
  stray: StrayTable;
  stray_search: StraySearchTable;
}

interface StrayTable {
  /** Where the search found it, also of one that has been in quarantine since. */
  object_key: string;
  size: number;
  first_seen_at: number;
  last_seen_at: number;
  /** When it is deleted from the quarantine; null: it is where it was found. */
  purge_after: number | null;
}

/** The one row that says how far the last search has come, and what it went through. */
interface StraySearchTable {
  id: number;
  job_id: number;
  /** Of the storage when it began: after another change of hands nothing it found is removed. */
  epoch: number;
  began_at: number;
  ended_at: number | null;
  /** Of the last object that was looked at. */
  after_key: string;
  objects: number;
  bytes: number;
  /** Of them what no row speaks of, and is younger than the window. */
  young: number;
  /** The plan whose removal has begun; empty: none. */
  applied_plan: string;
}
