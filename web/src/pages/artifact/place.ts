import type { Answer } from '../../api/call.ts';

export type Artifact =
  Answer<'GET /api/v2.0/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}'>;

export interface Place {
  readonly project: string;
  readonly repository: string;
  /** A tag or a digest, as in the address. */
  readonly reference: string;
  readonly tag: string | undefined;
}
