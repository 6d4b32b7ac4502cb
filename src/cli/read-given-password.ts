import { text } from 'node:stream/consumers';
import { readSecretFile } from '../platform/config/load-config.ts';
import type { Cli, Flags } from './cli.ts';

/** From a file or standard input, if one of them was named. One final newline is the terminal's or the editor's. */
export async function readGivenPassword(cli: Cli, flags: Flags): Promise<string | undefined> {
  const file = flags['passwordFile'];
  if (typeof file === 'string') return readSecretFile(file, cli.cwd, '--password-file');
  if (flags['passwordStdin'] === true) return (await text(process.stdin)).replace(/\r?\n$/, '');
  return undefined;
}
