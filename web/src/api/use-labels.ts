import type { Row } from './call.ts';
import { useCan } from './use-can.ts';
import { useAnswer, useList } from './use-list.ts';

export type Label = Row<'GET /api/v2.0/labels'>;

const query = { page: 1, page_size: 100, sort: 'name' };

/**
 * What artifacts of a project can be marked with: labels of the system, and of the project for who may list them.
 * @returns undefined while they are not known
 */
export function useLabels(project: string): readonly Label[] | undefined {
  const can = useCan(project);
  const listed = can('label:list');
  const place = useAnswer(
    'GET /api/berth/v1/projects/{project_name_or_id}/visible',
    { path: { project_name_or_id: project } },
    { enabled: listed === true },
  );
  const ofSystem = useList('GET /api/v2.0/labels', { query: { ...query, scope: 'g' } });
  const ofProject = useList(
    'GET /api/v2.0/labels',
    { query: { ...query, scope: 'p', project_id: place.data?.project_id ?? 0 } },
    { enabled: place.data !== undefined },
  );
  const waits = listed === true && (place.isPending || (place.data !== undefined && ofProject.isPending));
  if (listed === undefined || ofSystem.isPending || waits) return undefined;
  return [...(place.data === undefined ? [] : (ofProject.data?.rows ?? [])), ...(ofSystem.data?.rows ?? [])];
}
