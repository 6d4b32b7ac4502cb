import { useAnswer } from '../../../api/use-list.ts';
import { useTexts } from '../../../ui/text/language.tsx';
import { projectAccessTexts } from './text.ts';

/** What who looks may do with the access of a project; before it is known nothing is refused. */
export function useManaging(project: string): {
  /** Why they may not change it. */
  readonly whyNot: string | undefined;
  readonly seesAll: boolean;
} {
  const said = useTexts(projectAccessTexts);
  const { data } = useAnswer('GET /api/berth/v1/me/can', { query: { scope: project } });
  const held = data?.permissions;
  const refused = held !== undefined && !held.includes('member:create');
  const { data: answer } = useAnswer(
    'GET /api/berth/v1/explain',
    { query: { action: 'member:create', where: project } },
    { enabled: refused },
  );
  return {
    whyNot: refused ? said.needsAdmin((answer?.ask ?? []).join(', ')) : undefined,
    seesAll: held === undefined || held.includes('member:list'),
  };
}
