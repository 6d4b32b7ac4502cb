import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { type Cli, say } from './cli.ts';
import { cliTexts } from './text.ts';
import { WrongUsage } from './wrong-usage.ts';

/** 128 and the signal's number, as shells have it. */
const interrupted = 130;

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
  const first = await askHidden(say(cli, cliTexts.passwordPrompt, { user: username }));
  const second = await askHidden(say(cli, cliTexts.passwordAgain));
  if (first !== second) throw new WrongUsage(cliTexts.passwordsDiffer);
  return first;
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

async function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({
    write(_piece, _encoding, done) {
      done();
    },
  });
  // As a terminal: only so is the echo off, and editing works.
  const asking = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await answer(asking, '');
  } finally {
    asking.close();
    process.stderr.write('\n');
  }
}

/** Ctrl-C ends the program, Ctrl-D the question. */
async function answer(asking: ReturnType<typeof createInterface>, question: string): Promise<string> {
  asking.once('SIGINT', () => {
    asking.close();
    process.stderr.write('\n');
    process.exit(interrupted);
  });
  const ended = new Promise<never>((_, reject) => {
    asking.once('close', () => reject(new WrongUsage(cliTexts.noAnswer)));
  });
  return Promise.race([asking.question(question), ended]);
}
