/** A running server, as the workloads see it. */
export interface Target {
  readonly name: string;
  readonly version: string;
  readonly port: number;
  readonly pid: number;
  /** `Authorization` of reads; undefined: as a stranger. */
  readonly reader?: string;
  /** `Authorization` of everything else. */
  readonly writer?: string;
  /** Where a stored blob lies. */
  blobPath(digest: string): string;
  stop(): Promise<void>;
}
