import type { Artifact } from './artifact.ts';

/** A tag that gets an artifact; the same tag again is moved. */
export interface Push {
  readonly tag: string;
  readonly artifact: Artifact;
  readonly pulls?: number;
  /** Names of labels of the project or the system. */
  readonly labels?: readonly string[];
}

export interface DemoRepository {
  /** Within its project. */
  readonly name: string;
  /** In Markdown. */
  readonly description: string;
  /** In this order. */
  readonly pushes: readonly Push[];
  /** Tags that go to the trash afterwards. */
  readonly deletedTags?: readonly string[];
  /** Goes to the trash as a whole. */
  readonly isDeleted?: boolean;
}

export interface DemoLabel {
  readonly name: string;
  readonly description: string;
  readonly color: string;
}

export interface DemoProject {
  readonly name: string;
  readonly isPublic?: boolean;
  readonly labels?: readonly DemoLabel[];
  readonly repositories: readonly DemoRepository[];
}

/** A day of the time that is told of, which is the same at each run. */
export function dayOf(day: number, hour = 9): string {
  return new Date(Date.UTC(2026, 0, 5 + day, hour, 12)).toISOString();
}
