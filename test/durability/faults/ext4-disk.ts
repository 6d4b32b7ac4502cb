import { spawnSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { temporaryFolder } from '../../harness/temporary-folder.ts';
import { isRoot } from '../../harness/unprivileged.ts';
import { whenTheTestEnds } from '../../harness/when-the-test-ends.ts';

function run(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
}

/** A real ext4 on a file, which becomes read-only when the kernel meets an error in it. */
export class Ext4Disk {
  readonly folder: string;
  readonly #image: string;

  private constructor(folder: string, image: string) {
    this.folder = folder;
    this.#image = image;
  }

  /** Undefined with the reason: it cannot be had here. */
  static make(bytes: number): Ext4Disk | { readonly missing: string } {
    if (!isRoot) return { missing: 'only root may mount a disk' };
    const root = temporaryFolder();
    const disk = new Ext4Disk(join(root, 'ext4'), join(root, 'image'));
    mkdirSync(disk.folder);
    writeFileSync(disk.#image, '');
    truncateSync(disk.#image, bytes);
    try {
      run('mkfs.ext4', '-q', disk.#image);
      disk.mount();
    } catch (error) {
      return { missing: `a disk cannot be mounted here: ${String(error)}` };
    }
    whenTheTestEnds(() => spawnSync('umount', ['-l', disk.folder]));
    return disk;
  }

  mount(): void {
    run('mount', '-o', 'loop,errors=remount-ro', this.#image, this.folder);
  }

  /** The kernel finds an error, stops writing at once, and lets nobody write any more. */
  fail(): void {
    const [device = ''] = run('findmnt', '-n', '-o', 'SOURCE', this.folder).split('\n');
    writeFileSync(`/sys/fs/ext4/${basename(device)}/trigger_fs_error`, '1');
  }

  /** What was only in memory is gone with it. */
  repairAndMountAgain(): void {
    run('umount', this.folder);
    const { status, stdout } = spawnSync('fsck.ext4', ['-f', '-y', this.#image], { encoding: 'utf8' });
    // 1: errors were corrected.
    if (status !== 0 && status !== 1) throw new Error(`fsck: ${stdout}`);
    this.mount();
  }
}
