import { request } from 'node:http';
import { join } from 'node:path';
import { answerTo } from './registry-client.ts';

/** What the commands ask of a running server, without the start of a process for each. Returns the answer's body. */
export async function askAdmin(
  server: { readonly data: string },
  path: string,
  body: object,
): Promise<unknown> {
  const socketPath = join(server.data, 'run', 'admin.sock');
  const bytes = Buffer.from(JSON.stringify(body));
  const headers = { 'Content-Type': 'application/json', 'Content-Length': `${bytes.length}` };
  const asked = request({ socketPath, path, method: 'POST', headers, agent: false });
  asked.end(bytes);
  const answer = await answerTo(asked);
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${String(answer.body)}`);
  return JSON.parse(String(answer.body));
}
