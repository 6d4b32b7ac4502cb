import type { Answer } from '../../../api/call.ts';

export const root =
  '/api/berth/v1/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/comparison';
export type Comparison = Answer<`GET ${typeof root}`>;

/** What is compared, and what of it is shown, as it stands in the address. */
export const compareDefaults = {
  from: '',
  to: '',
  platform: '',
  part: '',
  change: '',
  page: '1',
  sort: '',
  q: '',
};

/** How the word for it is shown. */
export const changeKinds = {
  added: { look: 'ok', sign: '+' },
  changed: { look: 'info', sign: '±' },
  removed: { look: 'danger', sign: '−' },
  same: { look: 'plain', sign: '=' },
} as const;

export type ChangeKind = keyof typeof changeKinds;

export interface ComparedPath {
  readonly project_name: string;
  readonly repository_name: string;
  readonly reference: string;
}
