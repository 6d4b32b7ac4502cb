import { readSecretFile } from '../../platform/config/load-config.ts';
import { type Cli, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import { retentionTexts } from './text.ts';

/** @throws Refused for what is no JSON; the server says what is no policy */
export function readPolicy(cli: Cli, file: string): unknown {
  const text = readSecretFile(file, cli.cwd, file);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Refused(say(cli, retentionTexts.noJson, { file, reason }), 400, { cause });
  }
}
