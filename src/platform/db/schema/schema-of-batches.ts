/** Row types of the tables of batches: one change of many things. */
export interface SchemaOfBatches {
  batch: BatchTable;
  batch_item: BatchItemTable;
}

export type BatchAction =
  | 'delete-tags'
  | 'delete-artifacts'
  | 'delete-repositories'
  | 'restore'
  | 'label-tags'
  | 'unlabel-tags'
  | 'label-artifacts'
  | 'unlabel-artifacts';

interface BatchTable {
  /** The job that does it, whose number it goes by. */
  job_id: number;
  action: BatchAction;
  /** Where, as it was called then: `library/app`, `library`; empty: wherever the things are. */
  place: string;
  project_id: number | null;
  repository_id: number | null;
  /** The batch that it takes back. */
  undoes: number | null;
  /** `user:1`, as events name who acts. */
  asked_by: string;
  /** JSON, a `Principal`: whose rights count. */
  principal: string;
  /** JSON, an `Actor`: what events tell. */
  actor: string;
}

interface BatchItemTable {
  job_id: number;
  no: number;
  /** Of the artifact that a tag stood for, of the artifact, the repository, the thing in the trash; 0: it was not there. */
  object_id: number;
  name: string;
  outcome: 'waiting' | 'done' | 'refused' | 'gone';
  /** Of a refusal: its code in the table of errors. */
  code: string;
  /** Of a refusal: why, in a sentence. */
  reason: string;
  /** The same for programs: JSON, a `Because`; null: there is the sentence only. */
  because: string | null;
  /** By which the usage of its project fell or grew; null: not known yet. */
  bytes: number | null;
}
