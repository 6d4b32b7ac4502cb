import { request } from 'node:http';
import { StartProblem } from '../../lib/start-problem.ts';
import { type AdminSocketPath, refuseForeignFolder } from '../../platform/config/admin-socket-path.ts';

import { AnswerLines } from './answer-lines.ts';
import { Refused, sentenceOf } from './refused.ts';

/** Nothing listens on the socket. */
export class NoServer extends Error {
  override readonly name = 'NoServer';
}

/**
 * Asks the running server over its admin socket.
 * @param onProgress told while the server works, where its answer comes as lines
 * @throws NoServer, Refused
 */
export async function askServer(
  socket: AdminSocketPath,
  path: string,
  body: object,
  onProgress?: (progress: unknown) => void,
): Promise<unknown> {
  refuseForeignSocket(socket);
  const text = JSON.stringify(body);
  const lines = new AnswerLines(onProgress);
  const { status, answer } = await post(socket.path, path, text, lines);
  if (status < 400 && onProgress !== undefined) return lines.result();
  const json: unknown = JSON.parse(answer);
  if (status < 400) return json;
  throw new Refused(reasonOf(json) ?? `HTTP ${status}`, status);
}

/** What is wrong, and what to do about it. */
function reasonOf(json: unknown): string | undefined {
  const { errors } = json as { errors?: { message?: string; detail?: string }[] };
  return sentenceOf(errors?.[0] ?? {});
}

/** A folder that is not there is as good as a server that is not. */
function refuseForeignSocket(socket: AdminSocketPath): void {
  try {
    refuseForeignFolder(socket);
  } catch (error) {
    throw error instanceof StartProblem ? error : new NoServer('there is no socket', { cause: error });
  }
}

function post(
  socketPath: string,
  path: string,
  text: string,
  lines: AnswerLines,
): Promise<{ status: number; answer: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
    const call = request({ socketPath, path, method: 'POST', headers }, (response) => {
      let answer = '';
      response.setEncoding('utf8');
      const asLines = response.headers['content-type'] === 'application/x-ndjson';
      response.on('data', (piece: string) => {
        if (asLines) lines.add(piece);
        else answer += piece;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, answer }));
    });
    call.on('error', (error: NodeJS.ErrnoException) => {
      const absent = error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'ENOTDIR';
      reject(absent ? new NoServer(error.message, { cause: error }) : error);
    });
    call.end(text);
  });
}
