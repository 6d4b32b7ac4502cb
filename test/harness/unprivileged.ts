import { berth } from './berth-command.ts';

/** The user `nobody` of most systems. */
const nobody = 65_534;

export const isRoot = process.getuid?.() === 0;

/**
 * Runs as somebody whom file modes hold back: as root, another user has to be taken.
 * `missing` says why that cannot be done here.
 */
export async function unprivileged(): Promise<{ readonly uid?: number; readonly missing?: string }> {
  if (!isRoot) return {};
  try {
    const { code } = await berth(['version'], { uid: nobody });
    if (code === 0) return { uid: nobody };
  } catch (error) {
    return { missing: `the program cannot be run as user ${nobody}: ${String(error)}` };
  }
  return { missing: `user ${nobody} may not run the program from this folder` };
}
