import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { changedSource } from './changed-source.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Where a run is held: behind this piece of the source. */
export interface HoldingPlace {
  /** The kind of jobs; names the hold. */
  readonly kind: string;
  /** Below `src`, without its ending. */
  readonly module: string;
  readonly behind: string;
  /** A condition in terms of what the source has there; default: each time. */
  readonly when?: string;
}

/** Stops runs in the middle for as long as a test wants, of all servers that are started with `env`. */
export class HeldJobs {
  readonly env: Readonly<Record<string, string>>;
  readonly #folder = temporaryFolder();

  constructor(places: readonly HoldingPlace[]) {
    this.env = changedSource(
      places.map(({ kind, module, behind, when = 'true' }) => ({
        module,
        find: behind,
        replace: `${behind}
          for (const fs = await import('node:fs'); (${when}) && fs.existsSync(${JSON.stringify(this.#file(kind))}); ) {
            fs.writeFileSync(${JSON.stringify(this.#mark(kind))}, String(process.pid));
            await new Promise((resolve) => setTimeout(resolve, 50));
          }`,
      })),
    );
  }

  hold(kind: string): void {
    writeFileSync(this.#file(kind), '');
  }

  release(kind: string): void {
    for (const file of [this.#file(kind), this.#mark(kind)]) rmSync(file, { force: true });
  }

  /** The process that is held; undefined: none yet. */
  heldBy(kind: string): number | undefined {
    if (!existsSync(this.#mark(kind))) return undefined;
    const pid = Number(readFileSync(this.#mark(kind), 'utf8'));
    return pid > 0 ? pid : undefined;
  }

  #file(kind: string): string {
    return join(this.#folder, kind);
  }

  #mark(kind: string): string {
    return join(this.#folder, `${kind}.by`);
  }
}
