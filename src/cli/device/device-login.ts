import { setTimeout as delay } from 'node:timers/promises';
import { type ArchiveServer, askRegistry } from '../../archives.ts';
import { machine } from '../../platform/config/machine.ts';
import { asRefused } from '../archive/given-server.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import { clientOf } from '../rest/rest-client.ts';
import { tokenTexts } from '../token/text.ts';
import { deviceTexts } from './text.ts';

const base = '/api/berth/v1/device';

interface Begun {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly interval: number;
}

export interface GivenToken {
  readonly token: string;
  readonly name: string;
  readonly end: string;
}

/**
 * Shows a code and waits until a person has answered it somewhere else (RFC 8628).
 * @throws Refused
 */
export async function deviceLogin(cli: Cli, flags: Flags, server: ArchiveServer): Promise<GivenToken> {
  const begun = await begin(cli, flags, server);
  const { user_code: code, verification_uri: uri } = begun;
  note(say(cli, deviceTexts.openPage, { uri: printable(uri), code: printable(code) }));
  for (let seconds = begun.interval; ; ) {
    await delay(seconds * 1000);
    const answer = await poll(cli, flags, server, begun.device_code);
    if ('token' in answer) return answer;
    switch (answer.error) {
      case 'authorization_pending':
        break;
      case 'slow_down':
        seconds += 5;
        break;
      case 'access_denied':
        throw new Refused(say(cli, deviceTexts.turnedAway), 403);
      default:
        throw new Refused(say(cli, deviceTexts.ended), 401);
    }
  }
}

async function begin(cli: Cli, flags: Flags, server: ArchiveServer): Promise<Begun> {
  const name = say(cli, tokenTexts.nameOfLogin, { host: machine.name() }).slice(0, 80);
  try {
    const { text } = await clientOf(cli, flags, server).call('POST', `${base}/code`, { name });
    return JSON.parse(text) as Begun;
  } catch (error) {
    if (error instanceof Refused && [404, 405].includes(error.status))
      throw new Refused(say(cli, deviceTexts.notOffered), error.status, { cause: error });
    throw error;
  }
}

/** An answer that is neither of the two forms counts as the end. */
async function poll(
  cli: Cli,
  flags: Flags,
  server: ArchiveServer,
  code: string,
): Promise<GivenToken | { readonly error: string }> {
  const body = Buffer.from(JSON.stringify({ device_code: code }));
  const headers = {
    Accept: 'application/json',
    'Content-Type': 'application/json',
    'Content-Length': String(body.length),
  };
  const call = { method: 'POST', path: `${base}/token`, headers, body };
  const { status, text } = await askRegistry(server, call).catch((problem: unknown) => {
    throw asRefused(cli, flags, problem);
  });
  // The server is busy, or is started anew: what waits goes on waiting.
  if (status === 429 || status >= 500) return { error: 'slow_down' };
  const answer = JSON.parse(text) as {
    readonly error?: string;
    readonly access_token?: string;
    readonly name?: string;
    readonly expires_at?: string;
  };
  const { access_token: token, name = '', expires_at: end = '' } = answer;
  return token === undefined ? { error: answer.error ?? `HTTP ${status}` } : { token, name, end };
}

function printable(text: string): string {
  return text.replace(/\p{C}/gu, ' ');
}
