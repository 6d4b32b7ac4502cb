import type { Command } from 'commander';
import type { ArchiveServer } from '../../archives.ts';
import { ArchiveProblem } from '../../lib/archive-problem.ts';
import type { Language } from '../../lib/text/language.ts';
import { refuseForeignFolder } from '../../platform/config/admin-socket-path.ts';
import { parseExternalUrl } from '../../platform/config/external-url.ts';
import { readSecretFile } from '../../platform/config/load-config.ts';
import { type Cli, configOf, type Flags, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import { givenPassword } from '../given-password.ts';
import { cliTexts } from '../text.ts';
import { withConfig } from '../with-config.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { archiveProblemTexts, archiveTexts } from './text.ts';

export interface GivenServer {
  readonly server: ArchiveServer;
  /** As its clients write it before the name of an image. */
  readonly host: string;
}

export function withServerFlags(command: Command, lang: Language): Command {
  return withConfig(command, lang)
    .option('--server <url>', archiveTexts.server[lang])
    .option('--user <name>', archiveTexts.user[lang])
    .option('--password-stdin', archiveTexts.passwordStdin[lang])
    .option('--password-file <file>', archiveTexts.passwordFile[lang])
    .option('--ca <file>', archiveTexts.ca[lang])
    .option('--json', cliTexts.json[lang]);
}

/**
 * The server of `--server`, or the one that runs on the data folder and asks no password over its socket.
 * @throws WrongUsage
 */
export async function givenServer(cli: Cli, flags: Flags): Promise<GivenServer> {
  const { server: given, user, ca } = flags;
  const password = await givenPassword(cli, flags);
  if (typeof given !== 'string') {
    if (user !== undefined || password !== undefined || ca !== undefined)
      throw new WrongUsage(archiveTexts.onlyWithServer);
    return ownServer(cli, flags);
  }
  const origin = parseExternalUrl(given);
  if (origin === undefined) throw new WrongUsage(archiveTexts.serverForm);
  if ((user === undefined) !== (password === undefined)) throw new WrongUsage(archiveTexts.passwordMissing);
  const url = new URL(origin);
  const credentials = Buffer.from(`${String(user)}:${password ?? ''}`).toString('base64');
  return {
    server: {
      url,
      authorities: typeof ca === 'string' ? readSecretFile(ca, cli.cwd, '--ca') : undefined,
      authorization: user === undefined ? undefined : `Basic ${credentials}`,
    },
    host: url.host,
  };
}

function ownServer(cli: Cli, flags: Flags): GivenServer {
  const { config } = configOf(cli, flags);
  const { externalUrl, listen, adminSocket, data } = config;
  try {
    refuseForeignFolder(adminSocket);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new Refused(say(cli, cliTexts.noServer, { folder: data }), 503, { cause: error });
  }
  const host = externalUrl === undefined ? `localhost:${listen.port}` : new URL(externalUrl).host;
  return { server: { socketPath: adminSocket.path }, host };
}

/** What an archive, or a registry, has to say against it. */
export function sentenceOf(cli: Cli, { code, values }: ArchiveProblem): string {
  const safe = Object.entries(values).map(([name, value]) => [name, printable(String(value))]);
  return say(cli, archiveProblemTexts[code], Object.fromEntries(safe) as Record<string, string>);
}

/** Whoever wrote an archive is not trusted by the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, ' ');
}

const statuses: Readonly<Partial<Record<ArchiveProblem['code'], number>>> = {
  missing: 404,
  fileExists: 409,
  platformMissing: 404,
  nameInvalid: 400,
  unreachable: 503,
  cut: 503,
};

/** As the command line ends with it. */
export function asRefused(cli: Cli, flags: Flags, problem: unknown): unknown {
  if (!(problem instanceof ArchiveProblem)) return problem;
  const nobody = problem.code === 'unreachable' && flags['server'] === undefined;
  const text = nobody ? say(cli, cliTexts.noServer, { folder: configOf(cli, flags).config.data }) : undefined;
  const status = problem.status ?? statuses[problem.code] ?? 500;
  return new Refused(text ?? sentenceOf(cli, problem), status, { cause: problem });
}
