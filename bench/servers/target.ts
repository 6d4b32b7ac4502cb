/** A running server, as the workloads see it. */
export interface Target {
  readonly name: string;
  readonly version: string;
  /** Several instances: connections go to them by turns. */
  readonly ports: readonly [number, ...number[]];
  /** Of all that works for it, its database too. */
  readonly pids: readonly number[];
  /** `Authorization` of reads; undefined: as a stranger. */
  readonly reader?: string;
  /** `Authorization` of everything else. */
  readonly writer?: string;
  /** Where a stored blob lies. */
  blobPath(digest: string): string;
  stop(): Promise<void>;
}
