/** How far a run is. Without a total nobody knows how long it takes. */
export interface JobProgress {
  readonly done: number;
  readonly total: number;
  /** What is counted: `blobs`. */
  readonly unit: string;
  /** Where the work is measured by its size: bytes done and in all. */
  readonly bytes?: { readonly done: number; readonly total: number };
}

/** Facts that a run found out; counts and short texts, never a secret. */
export type JobResult = Readonly<Record<string, string | number | boolean>>;

/** What a run is given. Everything it does has to be safe to do twice: a run whose server dies is begun again elsewhere. */
export interface JobRun<Input> {
  readonly input: Input;
  /** Which one it is: for what it keeps in tables of its own. */
  readonly job: { readonly id: number; readonly executionId: number };
  /** Fires when the job is to stop, the server stops, or another instance has it: then the run throws within a second. */
  readonly signal: AbortSignal;
  /** Cheap: what is kept is the last one of each second. */
  readonly progress: (progress: JobProgress) => void;
  /** A line of the job's log, which can be read at once; of a very long log the middle is left out. */
  readonly log: (line: string) => void;
  /** Replaces what was found out so far; kept also when the run then throws. */
  readonly result: (result: JobResult) => void;
}

/** A kind of background work. */
export interface JobKind<Input = unknown> {
  /** For ever, in Harbor's words where it has one: its `vendor_type`. */
  readonly name: string;
  /** How many at a time over all instances; 0: as many as there are workers. */
  readonly parallelism: number;
  /** How often it may fail before it is given up, with longer and longer waits. */
  readonly attempts: number;
  /** Once cancelled, it is not begun again: it acts with the rights of who asked for it. */
  readonly staysStopped?: true;
  /** How many ended executions of one `vendor_id` are kept. */
  readonly kept: number;
  /** @throws AppError BAD_REQUEST for what is not its input; asked also of what was stored by an older version */
  parse(input: unknown): Input;
  /** What it throws is the job's message. */
  run(run: JobRun<Input>): Promise<void>;
}
