import { exitCodes } from '../../lib/start-problem.ts';
import { type Cli, type Flags, note, print, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import { type Form, formOf, type Row, showRows } from '../rest/show.ts';
import { openSecretFile } from '../robot/open-secret-file.ts';
import { columns, showSteps } from './diff.ts';
import type { Step } from './plan.ts';
import { type Prepared, prepare } from './prepare.ts';
import { runStep } from './registry/run-step.ts';
import { itemText, stepLine, stepRow } from './step-line.ts';
import { configFilesTexts } from './text.ts';

type Secrets = { readonly keep: (secret: string) => void } | undefined;

/** What is interrupted goes on when it is called again: each step is one change of the registry. */
export async function applyConfiguration(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const isDry = flags['dryRun'] === true;
  using file = isDry ? undefined : openSecretFile(cli, { secretFile: flags['secretsFile'] }, false);
  const prepared = await prepare(cli, flags);
  if (prepared === undefined) return exitCodes.usage;
  if (isDry) {
    showSteps(cli, form, prepared.steps);
    return exitCodes.done;
  }
  const steps = prepared.steps.filter(({ action }) => action !== 'extra');
  await runAll(cli, { prepared, steps, form, secrets: file });
  const { applied, appliedOne } = configFilesTexts;
  note(say(cli, steps.length === 1 ? appliedOne : applied, { count: steps.length }));
  const extras = prepared.steps.filter(({ action }) => action === 'extra');
  const kept = extras.filter((step) => step.kept !== undefined);
  for (const step of kept) note(stepLine(cli, step));
  if (extras.length > kept.length) note(say(cli, configFilesTexts.keptExtra, { count: extras.length }));
  return exitCodes.done;
}

/** Each step is told once it is done, so that nothing of it is lost when a later one is refused. */
async function runAll(
  cli: Cli,
  of: {
    readonly prepared: Prepared;
    readonly steps: readonly Step[];
    readonly form: Form;
    readonly secrets: Secrets;
  },
): Promise<void> {
  const { prepared, steps, form, secrets } = of;
  const { registry, caller, wanted, present } = prepared;
  const groups = present.items.flatMap(({ kind, name, id = 0 }) =>
    kind === 'group' ? [[name, id] as const] : [],
  );
  const groupIds = new Map(groups);
  const rows: Row[] = [];
  try {
    for (const [at, step] of steps.entries()) {
      let made: { readonly robot?: string; readonly secret?: string } = {};
      const onSecret = (name: string, secret: string): void => {
        if (secrets === undefined) made = { robot: name, secret };
        else secrets.keep(`${name}: ${secret}`);
      };
      await running(cli, { step, at, all: steps.length }, () =>
        runStep({ registry, caller, wanted, groupIds, onSecret }, step),
      );
      if (form.kind !== 'table') rows.push({ ...stepRow(step), ...made });
      else {
        print(stepLine(cli, step));
        const { robot = '', secret } = made;
        if (secret !== undefined) print(`  ${robot} ${say(cli, configFilesTexts.secret, { secret })}`);
      }
    }
  } finally {
    if (form.kind !== 'table') showRows(form, rows, columns);
  }
}

async function running(
  cli: Cli,
  { step, at, all }: { readonly step: Step; readonly at: number; readonly all: number },
  run: () => Promise<void>,
): Promise<void> {
  try {
    await run();
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    const { at: place } = step.item;
    const where = place === undefined ? '' : ` (${place.file}:${place.line})`;
    const values = { done: at, all, what: `${itemText(step.item)}${where}`, why: cause.message };
    throw new Refused(say(cli, configFilesTexts.stopped, values), cause.status, { cause });
  }
}
