import { Readable } from 'node:stream';
import { AppError } from '../../../lib/errors.ts';

const mostBytes = 128 * 1024 * 1024;
const mostBytesOfOne = 32 * 1024 * 1024;
const pieceBytes = 64 * 1024;

/** For files that lie in memory until their clients have taken them, however slowly. */
export class SendingRoom {
  readonly #taken = new Map<string, number>();

  /**
   * @param caller of whom all requests together may hold a part only
   * @throws AppError TOO_MANY_REQUESTS
   */
  take(caller: string, bytes: number): Disposable {
    const all = this.#taken.values().reduce((sum, each) => sum + each, 0);
    if (all + bytes > mostBytes || (this.#taken.get(caller) ?? 0) + bytes > mostBytesOfOne) {
      throw new AppError('TOO_MANY_REQUESTS', {
        message: 'too many files are being sent at once; try again when those have arrived',
        headers: { 'Retry-After': '5' },
      });
    }
    this.#add(caller, bytes);
    let given = false;
    return {
      [Symbol.dispose]: () => {
        if (!given) this.#add(caller, -bytes);
        given = true;
      },
    };
  }

  #add(caller: string, bytes: number): void {
    const taken = (this.#taken.get(caller) ?? 0) + bytes;
    if (taken > 0) this.#taken.set(caller, taken);
    else this.#taken.delete(caller);
  }
}

/** The bytes as a stream, which gives the room back when they were taken, or nobody waits for them any more. */
export function sending(bytes: Uint8Array, room: Disposable): Readable {
  let at = 0;
  return new Readable({
    highWaterMark: pieceBytes,
    read() {
      this.push(at < bytes.length ? bytes.subarray(at, (at += pieceBytes)) : null);
    },
    destroy(error, done) {
      room[Symbol.dispose]();
      done(error);
    },
  });
}
