import { exitCodes } from '../../lib/start-problem.ts';
import { readIfThere, writeConfigurationFile } from '../../platform/config/read-configuration-folder.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import { notFound } from '../rest/not-found.ts';
import { restClient } from '../rest/rest-client.ts';
import { textFlag } from '../rest/show.ts';
import { projectOf } from './item.ts';
import { everything, Registry, type Scope } from './registry/registry.ts';
import { configFilesTexts } from './text.ts';
import { filesOf } from './written/files-of.ts';
import { givenFolder } from './written/given-folder.ts';

/** Writes all files or none that says something else than before, unless `--force` says so. */
export async function exportConfiguration(cli: Cli, flags: Flags): Promise<number> {
  const path = givenFolder(cli, flags);
  const folder = textFlag(flags, 'folder') ?? '';
  const { project } = flags;
  const projects = Array.isArray(project) ? project.map(String) : undefined;
  const registry = new Registry(await restClient(cli, flags));
  const read = await registry.read(projects === undefined ? everything : onlyProjects(projects));
  const missing = projects?.find(
    (name) => !read.items.some((item) => item.kind === 'project' && item.name === name),
  );
  if (missing !== undefined) throw notFound(cli, missing);
  const files = filesOf(read);
  const before = readIfThere(path);
  const gone = projects === undefined ? [...before.keys()].filter((name) => isGone(name, files)) : [];
  const written = [...files].filter(([name, text]) => before.get(name) !== text).map(([name]) => name);
  const replaced = [...written.filter((name) => before.has(name)), ...gone];
  const [first] = replaced;
  if (first !== undefined && flags['force'] !== true) {
    const values = { count: replaced.length, name: first };
    throw new Refused(say(cli, configFilesTexts.wouldReplace, values), 409);
  }
  for (const name of [...written, ...gone]) write(cli, path, name, files.get(name));
  const changed = written.length + gone.length;
  note(say(cli, configFilesTexts.exported, { count: files.size, folder, changed }));
  return exitCodes.done;
}

function isGone(name: string, files: ReadonlyMap<string, string>): boolean {
  return name.startsWith('projects/') && !files.has(name);
}

function onlyProjects(names: readonly string[]): Scope {
  return {
    has: ({ place }) => names.includes(projectOf(place) ?? ''),
    settings: false,
    allowlist: false,
    project: (name) => names.includes(name),
    limit: () => true,
  };
}

function write(cli: Cli, folder: string, name: string, text: string | undefined): void {
  try {
    writeConfigurationFile(folder, name, text);
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    const values = { folder: `${folder}/${name}`, why: code };
    throw new Refused(say(cli, configFilesTexts.folderUnwritable, values), 500, { cause });
  }
}
