import { once } from 'node:events';

/** For `RestClient.download`: to the standard output, no faster than it is read. */
export async function downloadOut(pieces: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
}
