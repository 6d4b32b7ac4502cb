import { exitCodes } from '../../lib/start-problem.ts';
import { type Cli, type Flags, say } from '../cli.ts';
import { askForRows } from '../rest/ask-operation.ts';
import { formOf, showRows } from '../rest/show.ts';
import { type ProjectRow, projectColumns, projectFacts, projectJson } from './project-row.ts';
import { projectTexts } from './text.ts';

export async function listProjects(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const rows = await askForRows<ProjectRow>(cli, flags, '/projects/list');
  const { headName, headAccess, headOwner, headRepositories, headSparse, headCreated } = projectTexts;
  const heads = [headName, headAccess, headOwner, headRepositories, headSparse, headCreated];
  showRows(form, rows.map(projectJson), {
    columns: projectColumns,
    table: {
      header: heads.map((text) => say(cli, text)),
      cells: rows.map((row) => projectFacts(cli, row).map(([, value]) => value)),
    },
  });
  return exitCodes.done;
}
