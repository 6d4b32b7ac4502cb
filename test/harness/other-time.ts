import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

const [library] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1');

/** Why the clock of a program cannot be another one here. */
export const noOtherTime = library === undefined ? 'needs Debian’s package faketime' : false;

/** The machine's clock as one started program sees it. Time that passes is measured as ever. */
export class OtherTime {
  readonly #file = join(temporaryFolder(), 'offset');

  /** @param seconds ahead of the real time */
  constructor(seconds: number) {
    this.set(seconds);
  }

  /** As if somebody set the clock of that machine now. */
  set(seconds: number): void {
    writeFileSync(this.#file, `${seconds < 0 ? '' : '+'}${seconds}\n`);
  }

  get env(): Readonly<Record<string, string>> {
    return {
      LD_PRELOAD: library ?? '',
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    };
  }
}
