import type { Generated } from 'kysely';

/** Row types of the tables of background work. */
export interface SchemaOfJobs {
  execution: ExecutionTable;
  job: JobTable;
  job_log: JobLogTable;
  job_queue: JobQueueTable;
  schedule: ScheduleTable;
}

export interface ExecutionTable {
  id: Generated<number>;
  vendor_type: string;
  vendor_id: number;
  trigger_kind: 'MANUAL' | 'SCHEDULE' | 'EVENT';
  status: 'Running' | 'Stopped' | 'Error' | 'Success';
  message: string;
  started_at: number;
  updated_at: number;
  ended_at: number | null;
}

export interface JobTable {
  id: Generated<number>;
  execution_id: number | null;
  kind: string;
  state: 'queued' | 'running' | 'done' | 'failed' | 'stopped';
  /** JSON, as the kind reads it. */
  input: string;
  /** Queued: not before. */
  run_at: number;
  /** How often it was begun, also where the end was never told. */
  attempts: number;
  failures: Generated<number>;
  /** How often its server ended in the middle. */
  lost: Generated<number>;
  message: Generated<string>;
  /** JSON, `JobProgress`, or empty. */
  progress: Generated<string>;
  /** JSON: what it found out. */
  result: Generated<string>;
  unique_key: string | null;
  stop_asked: Generated<number>;
  lease_holder: string | null;
  lease_until: number;
  created_at: number;
  started_at: number | null;
  updated_at: Generated<number>;
  ended_at: number | null;
}

export interface JobLogTable {
  job_id: number;
  no: number;
  text: string;
}

export interface JobQueueTable {
  kind: string;
  paused_at: number | null;
}

export interface ScheduleTable {
  id: Generated<number>;
  vendor_type: string;
  vendor_id: number;
  cron: string;
  time_zone: string;
  /** JSON, the input of the job. */
  input: string;
  next_at: number;
  updated_at: number;
}
