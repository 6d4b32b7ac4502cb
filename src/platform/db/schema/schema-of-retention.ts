import type { Generated } from 'kysely';

/** Row types of the tables of tag retention. */
export interface SchemaOfRetention {
  retention_policy: RetentionPolicyTable;
  retention_default: RetentionDefaultTable;
  retention_default_review: RetentionDefaultReviewTable;
  retention_run: RetentionRunTable;
  retention_task: RetentionTaskTable;
  retention_plan: RetentionPlanTable;
  retention_plan_part: RetentionPlanPartTable;
  in_use_list: InUseListTable;
  in_use_image: InUseImageTable;
}

interface RetentionPolicyTable {
  id: Generated<number>;
  project_id: number;
  /** JSON, as `src/features/retention/plan/policy.ts` writes it. */
  definition: string;
  /** Rises with each change. */
  version: number;
  /** The one that somebody ran by hand or whose plan somebody reviewed; 0: none. */
  approved_version: number;
  created_at: number;
  updated_at: number;
}

/** At most one row: the policy of projects that have none of their own. */
interface RetentionDefaultTable {
  id: number;
  definition: string;
  /** Rises with each change, and never comes again. */
  version: number;
  updated_at: number;
}

interface RetentionDefaultReviewTable {
  project_id: number;
  /** Of the system's policy: the one whose plan in this project somebody reviewed. */
  version: number;
}

/** What an execution does; a run goes on by the policy that it began with. */
interface RetentionRunTable {
  execution_id: number;
  dry_run: number;
  definition: string;
  /** JSON: who began it, as events name who acts. */
  actor: string;
  /** The plan that it carries out; null: it decides by itself. */
  plan_id: number | null;
  /** Why it stopped before it changed anything; empty: it did not. */
  review: string;
}

interface RetentionTaskTable {
  job_id: number;
  execution_id: number;
  repository_id: number;
  repository: string;
  /** Artifacts that were decided about, and those that stayed. */
  total: number;
  retained: number;
}

interface RetentionPlanTable {
  id: Generated<number>;
  project_id: number;
  definition: string;
  /** Ages are counted up to this moment. */
  made_at: number;
  expires_at: number;
  made_by: string;
  /** Why a run by schedule made it; empty: somebody asked for it. */
  reason: string;
  /** JSON: counts and bytes. */
  totals: string;
  /** The run that carries it out; null: none yet. */
  execution_id: number | null;
}

interface RetentionPlanPartTable {
  plan_id: number;
  repository_id: number;
  repository: string;
  /** JSON: what goes from the repository. */
  drops: string;
}

/** What a cluster said it runs. */
interface InUseListTable {
  id: Generated<number>;
  cluster: string;
  updated_at: number;
  /** From then on nobody knows what runs there, and nothing is deleted. */
  expires_at: number;
  updated_by: string;
}

interface InUseImageTable {
  list_id: number;
  /** With the project's name before it. */
  repository: string;
  /** Empty: it is named by its digest alone. */
  tag: string;
  digest: string;
}
