import type { RestClient } from '../client/rest-client.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { restTexts } from './text.ts';

const api = '/api/v2.0';

/** The address of `project/repository`: slashes in the repository's part are encoded twice, as Harbor wants them. */
export function repositoryPath(name: string): string {
  const slash = name.indexOf('/');
  if (slash < 1 || slash === name.length - 1) throw new WrongUsage(restTexts.referenceWrong);
  const repository = encodeURIComponent(encodeURIComponent(name.slice(slash + 1)));
  return `${api}/projects/${encodeURIComponent(name.slice(0, slash))}/repositories/${repository}`;
}

/** Of `project/repository:tag` or `project/repository@digest`. */
export function artifactPath(reference: string): string {
  const at = reference.indexOf('@');
  const mark = at < 0 ? reference.lastIndexOf(':') : at;
  if (mark < 1 || mark < reference.lastIndexOf('/')) throw new WrongUsage(restTexts.referenceWrong);
  const name = encodeURIComponent(reference.slice(mark + 1));
  return `${repositoryPath(reference.slice(0, mark))}/artifacts/${name}`;
}

export async function projectId(client: RestClient, name: string): Promise<number> {
  const path = `${api}/projects/${encodeURIComponent(name)}`;
  return (await client.get<{ project_id: number }>(path)).project_id;
}
