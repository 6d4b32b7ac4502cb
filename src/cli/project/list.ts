import { exitCodes } from '../../lib/start-problem.ts';
import { type Cli, configOf, type Flags, print, say } from '../cli.ts';
import { askForAll } from '../client/ask-running-server.ts';
import { printTable } from '../print-table.ts';
import { type ProjectRow, projectFacts, projectJson } from './project-row.ts';
import { projectTexts } from './text.ts';

export async function listProjects(cli: Cli, flags: Flags): Promise<number> {
  const { config } = configOf(cli, flags);
  const rows = await askForAll<ProjectRow>(cli, config, '/projects/list');
  if (flags['json'] === true) print(JSON.stringify(rows.map(projectJson), null, 2));
  else {
    const { headName, headAccess, headOwner, headRepositories, headSparse, headCreated } = projectTexts;
    printTable(
      [headName, headAccess, headOwner, headRepositories, headSparse, headCreated].map((text) =>
        say(cli, text),
      ),
      rows.map((row) => projectFacts(cli, row).map(([, value]) => value)),
    );
  }
  return exitCodes.done;
}
