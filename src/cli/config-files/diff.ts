import { exitCodes } from '../../lib/start-problem.ts';
import { type Cli, type Flags, note, print, say } from '../cli.ts';
import { type Form, formOf, showRows } from '../rest/show.ts';
import type { Step } from './plan.ts';
import { prepare } from './prepare.ts';
import { stepLine, stepRow } from './step-line.ts';
import { configFilesTexts } from './text.ts';

/** Ends with 8 where the registry is not as the files say. */
export async function diffConfiguration(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const prepared = await prepare(cli, flags);
  if (prepared === undefined) return exitCodes.usage;
  showSteps(cli, form, prepared.steps);
  return prepared.steps.length === 0 ? exitCodes.done : exitCodes.problemsFound;
}

export const columns = {
  columns: ['action', 'kind', 'place', 'name'],
  more: ['at', 'changes', 'kept'],
} as const;

export function showSteps(cli: Cli, form: Form, steps: readonly Step[]): void {
  if (form.kind !== 'table') showRows(form, steps.map(stepRow), columns);
  else for (const step of steps) print(stepLine(cli, step));
  const count = (action: Step['action']): number => steps.filter((step) => step.action === action).length;
  if (steps.length === 0) note(say(cli, configFilesTexts.same));
  else
    note(
      say(cli, configFilesTexts.summary, {
        add: count('add'),
        change: count('change'),
        remove: count('remove'),
        extra: count('extra'),
      }),
    );
}
