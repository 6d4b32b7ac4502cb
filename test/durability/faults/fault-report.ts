import { after } from 'node:test';

export interface FaultRow {
  readonly fault: string;
  /** Acknowledged while there was no fault, before it and between its rounds, and while it lasted. */
  readonly before: number;
  readonly during: number;
  /** Refusals while it lasted, by what they were. */
  readonly refused: ReadonlyMap<string, number>;
  readonly lost: number;
  /** p99 of pulls beside it, as a multiple of the p99 without it. */
  readonly pulls: string;
  readonly recovered: string;
}

const rows: FaultRow[] = [];

/** Printed when all tests of the process are done. */
export function report(row: FaultRow): void {
  rows.push(row);
}

after(() => {
  if (rows.length === 0) return;
  console.log(
    '| fault | acknowledged without / with it | refused meanwhile | lost | pulls beside it | how it recovered |',
  );
  console.log('|---|---|---|---|---|---|');
  for (const { fault, before, during, refused, lost, pulls, recovered } of rows) {
    const refusals = [...refused].map(([what, count]) => `${count} × ${what}`).join(', ');
    console.log(
      `| ${fault} | ${before} / ${during} | ${refusals || '–'} | ${lost} | ${pulls} | ${recovered} |`,
    );
  }
});
