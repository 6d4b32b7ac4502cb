import { request } from 'node:http';

/** Nothing listens on the socket. */
export class NoServer extends Error {
  override readonly name = 'NoServer';
}

/**
 * Asks the running server over its admin socket.
 * @throws NoServer; Error with the server's own message
 */
export async function askServer(socketPath: string, path: string, body: object): Promise<unknown> {
  const text = JSON.stringify(body);
  const { status, answer } = await post(socketPath, path, text);
  const json: unknown = JSON.parse(answer);
  if (status < 400) return json;
  const { errors } = json as { errors?: { message?: string }[] };
  throw new Error(errors?.[0]?.message ?? `HTTP ${status}`);
}

function post(socketPath: string, path: string, text: string): Promise<{ status: number; answer: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
    const call = request({ socketPath, path, method: 'POST', headers }, (response) => {
      let answer = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        answer += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, answer }));
    });
    call.on('error', (error: NodeJS.ErrnoException) => {
      const absent = error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'ENOTDIR';
      reject(absent ? new NoServer(error.message, { cause: error }) : error);
    });
    call.end(text);
  });
}
