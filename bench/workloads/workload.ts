import type { Target } from '../servers/target.ts';

export interface Sample {
  readonly value: number;
  /** The server's CPU time for one unit of work. */
  readonly cpu?: number;
  /** Milliseconds. */
  readonly p50?: number;
  readonly p99?: number;
}

/** Something that servers are compared by. */
export interface Workload {
  /** As in docs/design/performance.md: `W1` … */
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly cpuUnit?: string;
  readonly lessIsBetter?: true;
  /** Before the first measured round, on every target. */
  prepare?(target: Target): Promise<void>;
  run(target: Target): Promise<Sample>;
}

/** How long and how much. */
export interface Scale {
  readonly rounds: number;
  readonly seconds: number;
  /** Whether blobs of 1 GiB are pushed too. */
  readonly huge: boolean;
  readonly pushes: number;
}

export const quick: Scale = { rounds: 3, seconds: 1, huge: false, pushes: 1 };
export const full: Scale = { rounds: 5, seconds: 3, huge: true, pushes: 2 };
