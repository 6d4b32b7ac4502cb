import { CommanderError } from 'commander';
import { exitCodes, StartProblem } from '../lib/start-problem.ts';
import { fill, type Language, languageOf } from '../lib/text/language.ts';
import { environment } from '../platform/config/environment.ts';
import { locale } from '../platform/config/load-config.ts';
import { type Cli, note, say } from './cli.ts';
import { Refused } from './client/refused.ts';
import { Interrupted } from './interrupted.ts';
import { programOf } from './program.ts';
import { cliTexts, problemTexts } from './text.ts';
import { usageProblem } from './usage-problem.ts';
import { WrongUsage } from './wrong-usage.ts';

const oldestNode = 26;

/** Runs one command and returns the process's exit code. */
export async function run(argv: readonly string[], entry: URL): Promise<number> {
  const env = environment();
  const cli: Cli = { lang: languageOfCall(argv, env), entry, env, cwd: process.cwd() };
  if (Number(process.versions.node.split('.')[0]) < oldestNode) {
    note(`berth: ${say(cli, cliTexts.nodeTooOld, { version: process.versions.node })}`);
    return exitCodes.failed;
  }
  const outcome = { code: exitCodes.done as number };
  endWithReader(outcome);
  try {
    await programOf(cli, outcome).parseAsync([...argv], { from: 'user' });
    return outcome.code;
  } catch (error) {
    return report(cli, error);
  }
}

/** Whoever reads the output may have had enough, as `head` has. */
function endWithReader(outcome: { readonly code: number }): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(outcome.code);
  });
}

/** 128 and the signal's number, as shells have it. */
const interrupted = 130;

/** The language must be known before the options are read, because their help is in it. */
function languageOfCall(argv: readonly string[], env: Cli['env']): Language {
  const at = argv.findIndex((word) => word === '--lang' || word.startsWith('--lang='));
  const given = at < 0 ? undefined : (argv[at]?.split('=')[1] ?? argv[at + 1]);
  return languageOf(given ?? env['BERTH_LANG'] ?? locale(env));
}

function report(cli: Cli, error: unknown): number {
  if (error instanceof CommanderError) {
    const problem = usageProblem(error, cli.lang);
    if (problem !== undefined) note(`berth: ${problem}`);
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
  if (error instanceof StartProblem) {
    note(`berth: ${fill(problemTexts[error.code][cli.lang], error.values)}`);
    return error.exitCode;
  }
  if (error instanceof WrongUsage) {
    note(`berth: ${say(cli, error.text)}`);
    return exitCodes.usage;
  }
  if (error instanceof Interrupted) {
    note('');
    return interrupted;
  }
  if (error instanceof Refused) {
    note(`berth: ${error.message}`);
    return error.exitCode;
  }
  const message = error instanceof Error ? error.message : String(error);
  note(`berth: ${say(cli, cliTexts.failed, { message })}`);
  return exitCodes.failed;
}
