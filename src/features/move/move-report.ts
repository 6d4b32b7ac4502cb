/** What is told while a database is moved. */
export interface MoveProgress {
  readonly phase: 'copy' | 'compare';
  readonly rows: number;
  readonly totalRows: number;
  /** Where this phase began in this process: what an earlier one copied. */
  readonly firstRows: number;
}

export interface MoveReport {
  /** What the PostgreSQL database is called, without a password. */
  readonly to: string;
  /** `begin` and `resume`: the rows were copied now; `arrived`: an earlier run had done all of it. */
  readonly kind: 'begin' | 'resume' | 'arrived';
  /** Nothing was written. */
  readonly dryRun: boolean;
  readonly rows: number;
  /** By this run. */
  readonly copiedRows: number;
  /** Rows by table. */
  readonly tables: Readonly<Record<string, number>>;
  readonly copyMs: number;
  readonly compareMs: number;
}
