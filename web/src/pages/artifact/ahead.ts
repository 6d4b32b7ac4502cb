import { type AheadOfPage, forAnswer } from '../../api/ahead/question.ts';
import type { Input } from '../../api/call.ts';
import type { Params } from '../../ui/navigation/match.ts';

export const artifactKey =
  'GET /api/v2.0/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}';

export function artifactInput({
  project = '',
  repository = '',
  tag,
  digest = '',
}: Params): Input<typeof artifactKey> {
  return {
    path: { project_name: project, repository_name: repository, reference: tag ?? digest },
    query: { with_tag: true, with_label: true, with_accessory: true, with_immutable_status: true },
  };
}

const questions: AheadOfPage['questions'] = (params) => [forAnswer(artifactKey, artifactInput(params))];
const root = '/p/:project/r/:repository*/-';

export const ahead: readonly AheadOfPage[] = ['a/:digest', 'a/:digest/:part', 't/:tag', 't/:tag/:part'].map(
  (path) => ({ path: `${root}/${path}`, questions }),
);
