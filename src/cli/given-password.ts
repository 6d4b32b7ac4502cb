import { text } from 'node:stream/consumers';
import { readSecretFile } from '../platform/config/load-config.ts';
import type { Cli, Flags } from './cli.ts';

/** From standard input or a file, as the flags say. One final newline is the terminal's or the editor's. */
export async function givenPassword(cli: Cli, flags: Flags): Promise<string | undefined> {
  const file = flags['passwordFile'];
  if (typeof file === 'string') return readSecretFile(file, cli.cwd, '--password-file');
  if (flags['passwordStdin'] === true) return (await text(process.stdin)).replace(/\r?\n$/, '');
  return undefined;
}
