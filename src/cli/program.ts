import { Command } from 'commander';
import { exitCodes } from '../lib/start-problem.ts';
import type { Language } from '../lib/text/language.ts';
import { version } from '../platform/config/version.ts';
import { accessCommands } from './access/commands.ts';
import type { Action, Args, Running } from './action.ts';
import { artifactContentCommands } from './artifact/commands.ts';
import { auditCommands } from './audit/commands.ts';
import { backupCommands } from './backup/commands.ts';
import { type Cli, type Flags, note, print, say } from './cli.ts';
import { completionCommands } from './completion/commands.ts';
import { configFilesCommands } from './config-files/commands.ts';
import { contextCommands } from './context/commands.ts';
import { dbCommands } from './db/commands.ts';
import { demoCommands } from './demo/commands.ts';
import { deviceCommands } from './device/commands.ts';
import { eventCommands } from './events/commands.ts';
import { exportCommand } from './export/export-command.ts';
import { gcCommands } from './gc/commands.ts';
import { groupCommands } from './group/commands.ts';
import { importCommands } from './import/commands.ts';
import { jobCommands } from './job/commands.ts';
import { projectCommands } from './project/commands.ts';
import { quotaCommands } from './quota/commands.ts';
import { restCommands } from './rest-commands/commands.ts';
import { restoreCommands } from './restore/commands.ts';
import { retentionCommands } from './retention/commands.ts';
import { robotCommands } from './robot/commands.ts';
import { storageCommands } from './storage/commands.ts';
import { figureCommands } from './storage/figure-commands.ts';
import { strayCommands } from './strays/commands.ts';
import { tagGuardCommands } from './tag/commands.ts';
import { cliTexts, exitCodeTexts } from './text.ts';
import { tlsCommands } from './tls/commands.ts';
import { tokenCommands } from './token/commands.ts';
import { trashCommands } from './trash/commands.ts';
import { userCommands } from './user/commands.ts';
import { verifyTexts } from './verify/text.ts';
import { webhookCommands } from './webhook/commands.ts';
import { withConfig } from './with-config.ts';

/** In the order of the help. */
const declared = [
  tagGuardCommands,
  artifactContentCommands,
  configFilesCommands,
  gcCommands,
  figureCommands,
  strayCommands,
  trashCommands,
  retentionCommands,
  webhookCommands,
  demoCommands,
] as const;

/** All commands; `outcome` gets the exit code of the one that runs. */
export function programOf(cli: Cli, outcome: { code: number }): Command {
  const { lang } = cli;
  const program = new Command('berth')
    .description(cliTexts.tagline[lang])
    .version(version(), '--version', cliTexts.version[lang])
    .exitOverride()
    // Said by `report`, in the user's language.
    .configureOutput({ outputError: () => {} })
    .configureHelp({ sortSubcommands: false })
    .helpCommand(false)
    .allowExcessArguments(false);
  const running: Running =
    (action: Action) =>
    async (...call) => {
      outcome.code = await action(cli, call.at(-2) as Flags, call.slice(0, -2) as Args);
    };
  serverCommands(program, lang, running);
  storageCommands(program, lang, running);
  importCommands(program, lang, running);
  exportCommand(program, lang, running);
  userCommands(program, lang, running);
  groupCommands(program, lang, running);
  projectCommands(program, lang, running);
  quotaCommands(program, lang, running);
  accessCommands(program, lang, running);
  auditCommands(program, lang, running);
  jobCommands(program, lang, running);
  eventCommands(program, lang, running);
  backupCommands(program, lang, running);
  restoreCommands(program, lang, running);
  dbCommands(program, lang, running);
  tlsCommands(program, lang, running);
  contextCommands(program, lang, running);
  robotCommands(program, lang, running);
  tokenCommands(program, lang, running);
  deviceCommands(program, lang, running);
  restCommands(program, lang, running);
  for (const add of declared) add({ program, lang, running });
  completionCommands(program, lang, running);
  program
    .command('version')
    .description(cliTexts.version[lang])
    .option('--json', cliTexts.json[lang])
    .action((flags: Flags) => {
      print(
        flags['json'] === true
          ? JSON.stringify({ version: version(), node: process.versions.node })
          : version(),
      );
    });
  program
    .command('help [topic...]')
    .description(cliTexts.help[lang])
    .action((topic: string[]) => {
      outcome.code = help(cli, program, topic);
    });
  for (const command of [program, ...program.commands]) command.exitOverride();
  return program;
}

/** What is done on the server's own machine, with its settings and data. */
function serverCommands(program: Command, lang: Language, running: Running): void {
  withConfig(program.command('serve').description(cliTexts.serve[lang]), lang).action(
    running(async (cli, flags) => (await import('./server/serve.ts')).serve(cli, flags)),
  );
  const config = program.command('config').description(cliTexts.config[lang]);
  withConfig(config.command('check').description(cliTexts.configCheck[lang]), lang).action(
    running(async (cli, flags) => (await import('./config/check.ts')).checkConfig(cli, flags)),
  );
  withConfig(config.command('show').description(cliTexts.configShow[lang]), lang)
    .option('--origin', cliTexts.origin[lang])
    .option('--json', cliTexts.json[lang])
    .action(running(async (cli, flags) => (await import('./config/show.ts')).showConfig(cli, flags)));
  const admin = program.command('admin').description(cliTexts.admin[lang]);
  withConfig(admin.command('reset-password').description(cliTexts.resetPassword[lang]), lang)
    .option('--user <name>', cliTexts.user[lang], 'admin')
    .option('--password-stdin', cliTexts.passwordStdin[lang])
    .option('--password-file <file>', cliTexts.passwordFile[lang])
    .action(
      running(async (cli, flags) => (await import('./admin/reset-password.ts')).resetPassword(cli, flags)),
    );
  const keys = program.command('keys').description(cliTexts.keys[lang]);
  withConfig(keys.command('rotate').description(cliTexts.keysRotate[lang]), lang).action(
    running(async (cli, flags) => (await import('./keys/rotate.ts')).rotateKeys(cli, flags)),
  );
  const verify = program.command('verify').description(verifyTexts.verify[lang]);
  withConfig(verify.command('storage').description(verifyTexts.storage[lang]), lang)
    .option('--deep', verifyTexts.deep[lang])
    .option('--sample <share>', verifyTexts.sample[lang])
    .option('--repair', verifyTexts.repair[lang])
    .option('--json', cliTexts.json[lang])
    .action(
      running(async (cli, flags) => (await import('./verify/storage.ts')).verifyStorageCommand(cli, flags)),
    );
}

function help(cli: Cli, program: Command, topic: readonly string[]): number {
  const [first, ...rest] = topic;
  if (first === undefined) {
    print(program.helpInformation().trimEnd());
    return exitCodes.done;
  }
  if (first === 'exit-codes') {
    print(say(cli, cliTexts.exitCodesTitle));
    for (const [code, text] of Object.entries(exitCodeTexts)) print(`${code.padStart(5)}  ${text[cli.lang]}`);
    return exitCodes.done;
  }
  const found = [first, ...rest].reduce<Command | undefined>(
    (command, word) => command?.commands.find((each) => each.name() === word),
    program,
  );
  if (found === undefined) {
    const topics = [...program.commands.map((each) => each.name()), 'exit-codes'].join(', ');
    note(`berth: ${say(cli, cliTexts.unknownTopic, { topic: topic.join(' '), topics })}`);
    return exitCodes.usage;
  }
  print(found.helpInformation().trimEnd());
  return exitCodes.done;
}
