import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import type { Cli, Flags } from '../cli.ts';
import { printTable } from '../print-table.ts';
import { askOperation } from '../rest/ask-operation.ts';
import { formOf, showOne } from '../rest/show.ts';
import { type ProjectRow, projectFacts, projectJson } from './project-row.ts';

export async function showProject(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const form = formOf(flags);
  const row = await askOperation<ProjectRow>(cli, flags, '/projects/show', { name });
  const [first = ['', ''] as const, ...rest] = projectFacts(cli, row);
  if (form.kind === 'table') printTable(first, rest);
  else showOne(form, projectJson(row));
  return exitCodes.done;
}
