import { exitCodes } from '../../lib/start-problem.ts';
import { type Cli, type Flags, note, print, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import { formatBytes } from '../format-bytes.ts';
import { manage } from './manage.ts';
import { printTable } from './table.ts';
import { accessTexts } from './text.ts';

export async function createProject(cli: Cli, flags: Flags, [name = '']: readonly string[]): Promise<number> {
  const { owner } = flags;
  await manage(cli, flags, 'projects/create', {
    name,
    owner,
    public: flags['public'] === true,
    sparseManifests: flags['sparseManifests'] === true,
  });
  note(say(cli, accessTexts.projectCreated, { project: name }));
  note(say(cli, accessTexts.projectNext, { project: name }));
  return exitCodes.done;
}

interface ListedProject {
  readonly id: number;
  readonly name: string;
  readonly public: boolean;
  readonly sparseManifests: boolean;
  readonly owner: string;
  readonly usedBytes: number;
  readonly createdAt: number;
}

export async function listProjects(cli: Cli, flags: Flags): Promise<number> {
  const projects = await manage<ListedProject[]>(cli, flags, 'projects/list', {});
  if (flags['json'] === true) {
    print(JSON.stringify(projects.map(shown), null, 2));
    return exitCodes.done;
  }
  const { name, owner, access, used } = accessTexts;
  const head = [name, owner, access, used].map((text) => say(cli, text));
  printTable(
    head,
    projects.map((each) => [each.name, each.owner, openness(cli, each), formatBytes(each.usedBytes)]),
  );
  return exitCodes.done;
}

export async function showProject(cli: Cli, flags: Flags, [name = '']: readonly string[]): Promise<number> {
  const projects = await manage<ListedProject[]>(cli, flags, 'projects/list', {});
  const project = projects.find((each) => each.name === name);
  if (project === undefined) throw new Refused(say(cli, accessTexts.noProject, { project: name }), 404);
  if (flags['json'] === true) {
    print(JSON.stringify(shown(project), null, 2));
    return exitCodes.done;
  }
  const { owner, access, sparse, used, yes, no } = accessTexts;
  printTable(
    ['', ''],
    [
      [say(cli, accessTexts.name), project.name],
      ['id', String(project.id)],
      [say(cli, owner), project.owner],
      [say(cli, access), openness(cli, project)],
      [say(cli, sparse), say(cli, project.sparseManifests ? yes : no)],
      [say(cli, used), formatBytes(project.usedBytes)],
    ],
  );
  return exitCodes.done;
}

export async function deleteProject(cli: Cli, flags: Flags, [name = '']: readonly string[]): Promise<number> {
  await manage(cli, flags, 'projects/delete', { name });
  note(say(cli, accessTexts.projectDeleted, { project: name }));
  return exitCodes.done;
}

function openness(cli: Cli, project: ListedProject): string {
  return say(cli, project.public ? accessTexts.public : accessTexts.private);
}

function shown({ createdAt, ...project }: ListedProject): object {
  return { ...project, created: new Date(createdAt).toISOString() };
}
