import { unlessRefused } from '../config-files/registry/registry.ts';
import { artifactPath, repositoryPath } from '../rest/repository-path.ts';
import type { DemoProject, DemoRepository, Push } from './content/project.ts';
import type { Seeding } from './seeding.ts';
import { api, own, type TrashRow, trashOf } from './standing.ts';

/** What projects hold. */
export async function seedContent(seeding: Seeding, project: DemoProject, projectId: number): Promise<void> {
  const trash = await trashOf(seeding.client, project.name, projectId);
  const labels = await seedLabels(seeding, project, projectId);
  for (const repository of project.repositories)
    await seedRepository(seeding, repository, { name: `${project.name}/${repository.name}`, labels, trash });
}

async function seedLabels(
  seeding: Seeding,
  { labels = [] }: DemoProject,
  projectId: number,
): Promise<ReadonlyMap<string, number>> {
  const path = `${api}/labels?scope=p&project_id=${projectId}`;
  const standing = await seeding.client.all<{ name: string }>(path);
  for (const label of labels) {
    if (standing.some(({ name }) => name === label.name)) continue;
    await seeding.make(`${api}/labels`, { ...label, scope: 'p', project_id: projectId });
    seeding.made.others += 1;
  }
  const all = [
    ...(await seeding.client.all<{ id: number; name: string }>(path)),
    ...(await seeding.client.all<{ id: number; name: string }>(`${api}/labels?scope=g`)),
  ];
  return new Map(all.map(({ name, id }) => [name, id]));
}

interface Place {
  /** With the project. */
  readonly name: string;
  /** Of the project and of the system. */
  readonly labels: ReadonlyMap<string, number>;
  /** What was in the trash of the project before. */
  readonly trash: readonly TrashRow[];
}

async function seedRepository(seeding: Seeding, repository: DemoRepository, place: Place): Promise<void> {
  const { name } = place;
  const deleted = place.trash.filter((row) => row.repository === name);
  if (repository.isDeleted === true && deleted.some(({ kind }) => kind === 'repository')) return;
  const standing = await tagsOf(seeding, name);
  const goes = repository.deletedTags ?? [];
  const missing = repository.pushes.filter(({ tag }) => {
    if (goes.includes(tag)) return !deleted.some((row) => row.tag === tag);
    return standing.get(tag) !== repository.pushes.findLast((push) => push.tag === tag)?.artifact.digest;
  });
  if (missing.length === 0) return;
  await seeding.pusher.pushBlobs(
    name,
    missing.map(({ artifact }) => artifact),
  );
  for (const push of missing) await seedTag(seeding, push, place);
  const tags = new Set(missing.map(({ tag }) => tag));
  seeding.made.tags += tags.size;
  if (standing.size === 0) {
    seeding.made.repositories += 1;
    await seeding.client.call('PUT', repositoryPath(name), { description: repository.description });
  }
  for (const tag of goes)
    if (tags.has(tag))
      await seeding.callAs('demo-mira', 'DELETE', `${artifactPath(`${name}:${tag}`)}/tags/${tag}`);
  if (repository.isDeleted === true) await seeding.callAs('demo-mira', 'DELETE', repositoryPath(name));
}

/** What each stands for; none in a repository that is not there. */
async function tagsOf({ client }: Seeding, name: string): Promise<ReadonlyMap<string, string>> {
  const path = `${repositoryPath(name).replace(api, own)}/tags`;
  const rows = await unlessRefused([404], () => client.all<{ name: string; digest: string }>(path));
  return new Map((rows ?? []).map(({ name: tag, digest }) => [tag, digest]));
}

async function seedTag({ client, pusher }: Seeding, push: Push, place: Place): Promise<void> {
  const { name, labels } = place;
  const { tag, artifact, pulls = 0 } = push;
  await pusher.pushManifests(name, artifact, tag);
  await pusher.pull(name, tag, pulls);
  for (const label of push.labels ?? []) {
    const path = `${artifactPath(`${name}:${tag}`)}/labels`;
    // It may have it from a run before.
    await unlessRefused([409], () => client.call('POST', path, { id: labels.get(label) }));
  }
}
