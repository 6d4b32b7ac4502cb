import { formatDuration } from '../../ui/text/format.ts';
import { useLanguage } from '../../ui/text/language.tsx';
import { useAnswer } from '../use-list.ts';

/** How long pulls by an earlier name go on, of a project and of its repositories: `30 days`; dots while it is not known. */
export function useFormerNameDays(project: string): string {
  const { language } = useLanguage();
  const { data } = useAnswer('GET /api/berth/v1/projects/{project_name_or_id}/visible', {
    path: { project_name_or_id: project },
  });
  const days = data?.former_name_days;
  return days === undefined ? '…' : formatDuration(days, { unit: 'days', language });
}
