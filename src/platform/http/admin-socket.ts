import { mkdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from '../files/file-ops.ts';
import { Listeners, type RequestHandler } from './listeners.ts';

/** The operator's way in: whoever may open the socket needs no password. Its folder is open to the owner only. */
export class AdminSocket implements AsyncDisposable {
  readonly #listeners: Listeners;

  private constructor(listeners: Listeners) {
    this.#listeners = listeners;
  }

  /**
   * The data folder's lock has to be held: a socket that is left over then belongs to nobody.
   * @param checkFolder throws when the socket's folder, which exists by then, is not ours alone
   */
  static async open(path: string, checkFolder: () => void, handle: RequestHandler): Promise<AdminSocket> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    checkFolder();
    try {
      await unlink(path);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
    const listeners = await Listeners.bindSocket(path);
    listeners.serve(handle);
    return new AdminSocket(listeners);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listeners.close();
  }
}
