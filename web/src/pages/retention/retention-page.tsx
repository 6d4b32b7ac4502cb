import type { ReactNode } from 'react';
import { Failure } from '../../api/failure.tsx';
import { useChange } from '../../api/use-change.ts';
import { useAnswer } from '../../api/use-list.ts';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import type { PageProps } from '../../ui/navigation/page.ts';
import { useListState } from '../../ui/table/list-state.ts';
import { HeldPlan } from './held-plan.tsx';
import { newPolicy } from './policy.ts';
import { PolicyForm } from './policy-form.tsx';
import { RunTasks } from './run-tasks.tsx';
import { Runs } from './runs.tsx';

const defaults = { page: '1', sort: '', q: '', plan: '', run: '' };

export function RetentionPage({ params: { project = '' } }: PageProps): ReactNode {
  return <Retention key={project} project={project} />;
}

function Retention({ project }: { readonly project: string }): ReactNode {
  const state = useListState(defaults);
  const { data, error } = useAnswer('GET /api/v2.0/projects/{project_name_or_id}', {
    path: { project_name_or_id: project },
  });
  const id = Number(data?.metadata?.retention_id ?? 0);
  const policy = useAnswer('GET /api/v2.0/retentions/{id}', { path: { id } }, { enabled: id > 0 });
  // Held here: saving the first policy of a project draws the form anew.
  const preview = useChange('POST /api/berth/v1/projects/{project_name_or_id}/retention/preview');
  const problem = error ?? (id > 0 ? policy.error : null);
  if (problem !== null) return <Failure error={problem} />;
  if (data === undefined || (id > 0 && policy.data === undefined)) return <Skeleton lines={8} />;
  const { plan, run } = state.search;
  return (
    <div className="stack">
      {plan === '' ? null : (
        <HeldPlan key={plan} project={project} id={Number(plan)} onDone={() => state.set({ plan: '' })} />
      )}
      <PolicyForm
        key={id}
        project={project}
        id={id > 0 ? id : undefined}
        policy={policy.data ?? newPolicy(data.project_id ?? 0)}
        preview={preview}
      />
      {id > 0 && run !== '' ? <RunTasks policy={id} run={Number(run)} /> : null}
      {id > 0 ? <Runs policy={id} project={project} state={state} /> : null}
    </div>
  );
}
