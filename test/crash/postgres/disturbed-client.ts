import { type Answer, type Call, RegistryClient, trusting } from '../../harness/registry-client.ts';
import { password } from '../../harness/start-server.ts';
import type { Disturbances } from './disturbances.ts';

/** `fail_timeout` of the shipped configuration, and a little more. */
const leftAloneMs = 6000;

/** A request failed, as it may while a server dies. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** The round is over: nothing more is sent. */
export class RoundOver extends Error {
  override readonly name = 'RoundOver';
}

export interface DisturbedClientInput {
  readonly port: number;
  /** Certificate of its authority. */
  readonly ca: string;
  readonly disturbances: Disturbances;
  /** No request begins any more once it is aborted. */
  readonly ending: AbortSignal | undefined;
}

/** Tells failures that a kill explains from all others, which fail the test. */
export class DisturbedClient extends RegistryClient {
  readonly #input: DisturbedClientInput;

  constructor(input: DisturbedClientInput) {
    super(
      () => ({ host: '127.0.0.1', port: input.port }),
      { username: 'admin', password },
      trusting(input.ca),
    );
    this.#input = input;
  }

  /** @throws Interrupted, RoundOver */
  override async call(method: string, path: string, call: Call = {}): Promise<Answer> {
    const { disturbances, ending } = this.#input;
    if (ending?.aborted === true) throw new RoundOver();
    const begin = performance.now();
    // nginx closes a connection on which it has answered before the body had come, after it has said that it keeps it.
    const headers = method === 'PATCH' || method === 'PUT' ? { Connection: 'close' } : {};
    const sent = { ...call, headers: { ...headers, ...call.headers } };
    const answer = await super.call(method, path, sent).catch((error: unknown) => {
      if (disturbances.touched(begin)) throw new Interrupted(`${method} ${path}`, { cause: error });
      throw error;
    });
    if (answer.status < 400) return answer;
    // A deletion that the balancer has sent twice was done by the first; a lease of the dead is held for a while.
    const isBusy = answer.status === 503 && answer.body.includes('BLOB_BUSY');
    // nginx leaves an instance alone for a while after a failure, and says so itself where it has no other one.
    const isLeftAlone = answer.status === 503 && answer.body.includes('the registry did not answer');
    if (isBusy || disturbances.touched(begin, isLeftAlone ? leftAloneMs : 0))
      throw new Interrupted(`${method} ${path}: ${answer.status}`);
    return answer;
  }
}
