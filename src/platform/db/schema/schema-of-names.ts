/** What projects and repositories were called before. */
export interface SchemaOfNames {
  former_project: FormerProjectTable;
  former_repository: FormerRepositoryTable;
}

/** A name that a project had. */
interface FormerProjectTable {
  name: string;
  project_id: number;
  since: number;
  /** Until then pulls by it go on, and nothing else gets it. */
  ends_at: number;
}

/** A place where a repository was. */
interface FormerRepositoryTable {
  /** The project that it was in. */
  project_id: number;
  path: string;
  repository_id: number;
  since: number;
  ends_at: number;
}
