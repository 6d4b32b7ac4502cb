import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Bytes over all connections that there were. Read from the sockets when asked, so that no request pays for it. */
export class Traffic {
  readonly #open = new Set<Socket>();
  /** Of connections that are closed. */
  #received = 0;
  #sent = 0;
  /** What a broken connection did not take counts as sent until it closes; what was told never shrinks. */
  #told = { received: 0, sent: 0 };

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#open.add(socket);
      socket.once('close', () => {
        this.#open.delete(socket);
        this.#received += socket.bytesRead;
        this.#sent += socket.bytesWritten;
      });
    });
  }

  get connections(): number {
    return this.#open.size;
  }

  get bytes(): { readonly received: number; readonly sent: number } {
    let { received, sent } = { received: this.#received, sent: this.#sent };
    for (const socket of this.#open) {
      received += socket.bytesRead;
      sent += socket.bytesWritten;
    }
    this.#told = { received: Math.max(received, this.#told.received), sent: Math.max(sent, this.#told.sent) };
    return this.#told;
  }

  /** Received and sent. */
  get total(): number {
    const { received, sent } = this.bytes;
    return received + sent;
  }
}
