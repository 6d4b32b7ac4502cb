import { parentPort } from 'node:worker_threads';
import { compareSync } from 'bcryptjs';

export interface BcryptRequest {
  readonly id: number;
  readonly password: string;
  readonly hash: string;
}

export interface BcryptAnswer {
  readonly id: number;
  readonly right: boolean;
}

const port = parentPort;
if (port === null) throw new Error('bcrypt-thread runs in a thread only');
port.on('message', ({ id, password, hash }: BcryptRequest) => {
  port.postMessage({ id, right: compareSync(password, hash) } satisfies BcryptAnswer);
});
