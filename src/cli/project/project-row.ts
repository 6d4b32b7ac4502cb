import { type Cli, say } from '../cli.ts';
import { timeText } from '../time-text.ts';
import { projectTexts } from './text.ts';

/** A project as the server tells of it. */
export interface ProjectRow {
  readonly id: number;
  readonly name: string;
  readonly ownerName: string;
  readonly public: boolean;
  readonly sparseManifests: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly repositoryCount: number;
}

/** What it is called, and its value, for people. */
export function projectFacts(cli: Cli, row: ProjectRow): (readonly [title: string, value: string])[] {
  const t = projectTexts;
  return [
    [say(cli, t.headName), row.name],
    [say(cli, t.headAccess), say(cli, row.public ? t.isPublic : t.isPrivate)],
    [say(cli, t.headOwner), row.ownerName],
    [say(cli, t.headRepositories), String(row.repositoryCount)],
    [say(cli, t.headSparse), say(cli, row.sparseManifests ? t.taken : t.refused)],
    [say(cli, t.headCreated), timeText(row.createdAt)],
  ];
}

/** Of `projectJson`. */
export const projectColumns = [
  'name',
  'id',
  'owner',
  'public',
  'sparse_manifests',
  'repositories',
  'created_at',
  'updated_at',
] as const;

export function projectJson(row: ProjectRow) {
  return {
    id: row.id,
    name: row.name,
    owner: row.ownerName,
    public: row.public,
    sparse_manifests: row.sparseManifests,
    repositories: row.repositoryCount,
    created_at: timeText(row.createdAt),
    updated_at: timeText(row.updatedAt),
  };
}
