import { connect, type Socket } from 'node:net';
import { waitUntil } from './wait-until.ts';

/** Bytes out, bytes in: for what no HTTP client would send. */
export class RawConnection implements Disposable {
  readonly socket: Socket;
  /** Everything that came, one letter a byte. */
  received = '';
  /** The other side has closed, or broken, the connection. */
  closed = false;

  private constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1' });
    this.socket.setEncoding('latin1');
    this.socket.on('data', (text: string) => {
      this.received += text;
    });
    // A broken connection is a closed one here.
    this.socket.on('error', () => this.socket.destroy());
    for (const event of ['end', 'close'] as const)
      this.socket.on(event, () => {
        this.closed = true;
      });
  }

  static open(port: number): RawConnection {
    return new RawConnection(port);
  }

  send(text: string): this {
    this.socket.write(text, 'latin1');
    return this;
  }

  until(pattern: RegExp, limitMs?: number): Promise<string> {
    const found = (): string | undefined => (pattern.test(this.received) ? this.received : undefined);
    return waitUntil(`${String(pattern)} on the connection`, found, limitMs);
  }

  async untilClosed(limitMs?: number): Promise<string> {
    await waitUntil('the end of the connection', () => this.closed, limitMs);
    return this.received;
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

/** The status lines that came, in their order. */
export function statusesIn(received: string): number[] {
  return Array.from(received.matchAll(/HTTP\/1\.1 (\d{3}) /g), (match) => Number(match[1]));
}
