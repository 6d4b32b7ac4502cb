import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Cli, Flags } from '../cli.ts';
import { cliTexts } from '../text.ts';
import { accessTexts } from './text.ts';

export type WordsAction = (cli: Cli, flags: Flags, words: readonly string[]) => Promise<number>;

export interface Declaring {
  readonly lang: Language;
  /** Adds the options of the server's settings. */
  readonly withConfig: (command: Command) => Command;
  /** Runs a command with its words. */
  readonly running: (action: WordsAction) => (...words: unknown[]) => Promise<void>;
}

/** `berth user`, `berth project`, `berth access`. */
export function declareAccess(program: Command, { lang, withConfig, running }: Declaring): void {
  const text = accessTexts;
  const passwordFlags = (command: Command): Command =>
    command
      .option('--password-stdin', cliTexts.passwordStdin[lang])
      .option('--password-file <file>', cliTexts.passwordFile[lang]);
  const user = program.command('user').description(text.user[lang]);
  passwordFlags(withConfig(user.command('add <name>').description(text.userAdd[lang])))
    .option('--email <address>', text.emailFlag[lang])
    .option('--realname <name>', text.realnameFlag[lang])
    .action(running(async (...call) => (await import('./user.ts')).addUser(...call)));
  passwordFlags(withConfig(user.command('passwd <name>').description(text.userPasswd[lang]))).action(
    running(async (...call) => (await import('./user.ts')).changePassword(...call)),
  );
  withConfig(user.command('list').description(text.userList[lang]))
    .option('--json', cliTexts.json[lang])
    .action(running(async (cli, flags) => (await import('./user.ts')).listUsers(cli, flags)));
  withConfig(user.command('disable <name>').description(text.userDisable[lang])).action(
    running(async (...call) => (await import('./user.ts')).disableUser(...call)),
  );
  withConfig(user.command('enable <name>').description(text.userEnable[lang])).action(
    running(async (...call) => (await import('./user.ts')).enableUser(...call)),
  );
  declareProjects(program, { lang, withConfig, running });
  declareGrants(program, { lang, withConfig, running });
}

function declareProjects(program: Command, { lang, withConfig, running }: Declaring): void {
  const text = accessTexts;
  const project = program.command('project').description(text.project[lang]);
  withConfig(project.command('create <name>').description(text.projectCreate[lang]))
    .option('--public', text.publicFlag[lang])
    .option('--sparse-manifests', text.sparseFlag[lang])
    .option('--owner <account>', text.ownerFlag[lang])
    .action(running(async (...call) => (await import('./project.ts')).createProject(...call)));
  withConfig(project.command('list').description(text.projectList[lang]))
    .option('--json', cliTexts.json[lang])
    .action(running(async (cli, flags) => (await import('./project.ts')).listProjects(cli, flags)));
  withConfig(project.command('show <name>').description(text.projectShow[lang]))
    .option('--json', cliTexts.json[lang])
    .action(running(async (...call) => (await import('./project.ts')).showProject(...call)));
  withConfig(project.command('delete <name>').description(text.projectDelete[lang])).action(
    running(async (...call) => (await import('./project.ts')).deleteProject(...call)),
  );
}

function declareGrants(program: Command, { lang, withConfig, running }: Declaring): void {
  const text = accessTexts;
  const access = program.command('access').description(text.access_[lang]);
  withConfig(access.command('grant <account> <role> [place]').description(text.accessGrant[lang]))
    .option('--tags <pattern>', text.tagsFlag[lang])
    .option('--until <date>', text.untilFlag[lang])
    .action(running(async (...call) => (await import('./grant.ts')).grantAccess(...call)));
  withConfig(access.command('revoke <account> <role> [place]').description(text.accessRevoke[lang]))
    .option('--tags <pattern>', text.tagsFlag[lang])
    .action(running(async (...call) => (await import('./grant.ts')).revokeAccess(...call)));
  withConfig(access.command('list').description(text.accessList[lang]))
    .option('--project <name>', text.ofProject[lang])
    .option('--user <name>', text.ofUser[lang])
    .option('--json', cliTexts.json[lang])
    .action(running(async (cli, flags) => (await import('./grant.ts')).listAccess(cli, flags)));
}
