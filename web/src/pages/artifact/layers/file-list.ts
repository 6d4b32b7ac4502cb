import type { Row } from '../../../api/call.ts';

export type File =
  Row<'GET /api/berth/v1/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/files'>;

/** As much is shown as text, or saved. */
export const maxFileBytes = 16 * 1024 * 1024;

/** What is shown of the files, as it stands in the address; `file` is the one whose text is open. */
export const fileDefaults = { page: '1', sort: '', q: '', layer: '', folder: '', view: 'folders', file: '' };

export type Search = typeof fileDefaults;
export type SetSearch = (part: Partial<Search>) => void;

export interface ArtifactPath {
  readonly project_name: string;
  readonly repository_name: string;
  readonly reference: string;
}
