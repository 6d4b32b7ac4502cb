import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const subfolder = 'projects';

/**
 * The YAML files of a folder and of `projects/` in it, by their path from it, in order. What else lies there (a README,
 * what begins with a dot) is none of ours.
 */
export function readConfigurationFolder(folder: string): Map<string, string> {
  const names = namesIn(folder);
  if (readdirSync(folder).includes(subfolder))
    names.push(...namesIn(join(folder, subfolder)).map((name) => `${subfolder}/${name}`));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

function namesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && /^[^.].*\.ya?ml$/.test(entry.name))
    .map(({ name }) => name)
    .sort();
}

/** As `readConfigurationFolder`; of a folder that is not there nothing. */
export function readIfThere(folder: string): Map<string, string> {
  try {
    return readConfigurationFolder(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
}

/** Each file whole or not at all; undefined: it goes. */
export function writeConfigurationFile(folder: string, name: string, text: string | undefined): void {
  const path = join(folder, name);
  if (text === undefined) {
    rmSync(path);
    return;
  }
  const staged = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(staged, text, { flag: 'wx' });
    renameSync(staged, path);
  } finally {
    rmSync(staged, { force: true });
  }
}
