import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Text } from '../lib/text/language.ts';
import { type Cli, say } from './cli.ts';
import { Interrupted } from './interrupted.ts';
import { cliTexts } from './text.ts';
import { WrongUsage } from './wrong-usage.ts';

/** Whether somebody sits there who can be asked. */
function somebodyThere(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/**
 * What was typed, without showing it; asked for twice.
 * @throws WrongUsage when nobody can be asked, or the two differ
 */
export async function promptForPassword(cli: Cli, username: string): Promise<string> {
  if (!somebodyThere()) throw new WrongUsage(cliTexts.passwordNeeded);
  const questions = [say(cli, cliTexts.passwordPrompt, { user: username }), say(cli, cliTexts.passwordAgain)];
  const [first = '', second] = await askHidden(questions);
  if (first !== second) throw new WrongUsage(cliTexts.passwordsDiffer);
  return first;
}

/**
 * The password that there is already, typed without showing it.
 * @param unasked what to say when nobody can be asked
 * @throws WrongUsage
 */
export async function promptForOwnPassword(
  cli: Cli,
  { user, server }: { readonly user: string; readonly server: string },
  unasked: Text,
): Promise<string> {
  if (!somebodyThere()) throw new WrongUsage(unasked);
  const [password = ''] = await askHidden([say(cli, cliTexts.ownPasswordPrompt, { user, server })]);
  return password;
}

/** @throws WrongUsage when nobody can be asked */
export async function promptForConsent(question: string): Promise<boolean> {
  if (!somebodyThere()) throw new WrongUsage(cliTexts.consentNeeded);
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^(y|yes|是)$/i.test((await answer(asking, question)).trim());
  } finally {
    asking.close();
  }
}

/** The echo is off before the first question is seen, and stays off between them. */
async function askHidden(questions: readonly string[]): Promise<string[]> {
  const nowhere = new Writable({
    write(_piece, _encoding, done) {
      done();
    },
  });
  const asking = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    const answers: string[] = [];
    for (const question of questions) {
      process.stderr.write(question);
      answers.push(await answer(asking, ''));
      process.stderr.write('\n');
    }
    return answers;
  } finally {
    asking.close();
  }
}

/** Ctrl-C ends the program, Ctrl-D the question. */
async function answer(asking: ReturnType<typeof createInterface>, question: string): Promise<string> {
  const ended = new Promise<never>((_, reject) => {
    asking.once('SIGINT', () => {
      reject(new Interrupted());
      asking.close();
    });
    asking.once('close', () => reject(new WrongUsage(cliTexts.noAnswer)));
  });
  return Promise.race([asking.question(question), ended]);
}
