import type { ReactNode } from 'react';
import { useFailureText } from '../../api/failure.tsx';
import { useChange } from '../../api/use-change.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Confirm } from '../../ui/controls/confirm.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { PlanNumbers } from './plan-numbers.tsx';
import { retentionTexts } from './text.ts';

interface RunNowProps {
  readonly project: string;
  readonly whyNot: string | undefined;
}

/** Runs the saved policy by hand: it is looked first what would go, and just that is done. */
export function RunNow({ project, whyNot }: RunNowProps): ReactNode {
  const said = useTexts(retentionTexts);
  const toast = useToast();
  const failureText = useFailureText();
  const preview = useChange('POST /api/berth/v1/projects/{project_name_or_id}/retention/preview');
  const apply = useChange('POST /api/berth/v1/projects/{project_name_or_id}/retention/plans/{plan_id}/apply');
  const plan = preview.data;
  const nothing = (plan?.dropped_artifacts ?? 0) === 0 && (plan?.dropped_tags ?? 0) === 0;
  const path = { project_name_or_id: project };
  return (
    <>
      <Button
        busy={preview.isPending}
        whyNot={whyNot}
        onClick={() =>
          preview.mutate(
            { path, body: {} },
            { onError: (error) => toast({ kind: 'danger', text: failureText(error) }) },
          )
        }
      >
        {said.runNow}
      </Button>
      {plan === undefined ? null : (
        <Confirm
          title={said.runNowTitle}
          label={said.runNow}
          busy={apply.isPending}
          whyNot={nothing ? said.nothingGoes : undefined}
          problem={apply.error === null ? undefined : failureText(apply.error)}
          onClose={preview.reset}
          onConfirm={() =>
            apply.mutate(
              { path: { ...path, plan_id: plan.plan_id ?? 0 } },
              {
                onSuccess: () => {
                  toast({ text: said.applied });
                  preview.reset();
                },
              },
            )
          }
        >
          <p>{said.runNowText}</p>
          <PlanNumbers numbers={plan} />
          <p>{said.applyUndo}</p>
          <AsCommand code={`berth retention apply ${project} ${plan.plan_id ?? 0}`} />
        </Confirm>
      )}
    </>
  );
}
