import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, configOf, type Flags, print } from '../cli.ts';
import { askRunningServer } from '../client/ask-running-server.ts';
import { printTable } from '../print-table.ts';
import { type ProjectRow, projectFacts, projectJson } from './project-row.ts';

export async function showProject(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const { config } = configOf(cli, flags);
  const row = await askRunningServer<ProjectRow>(cli, config, '/projects/show', { name });
  if (flags['json'] === true) print(JSON.stringify(projectJson(row), null, 2));
  else {
    const [first = ['', ''] as const, ...rest] = projectFacts(cli, row);
    printTable(first, rest);
  }
  return exitCodes.done;
}
