import { type ReactNode, useState } from 'react';
import { useFailureText } from '../../api/failure.tsx';
import { useChange } from '../../api/use-change.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Confirm } from '../../ui/controls/confirm.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { curlOf } from '../../ui/show/curl-of.ts';
import { useTexts } from '../../ui/text/language.tsx';
import { type Numbers, PlanNumbers } from './plan-numbers.tsx';
import { retentionTexts } from './text.ts';

interface ApplyPlanProps {
  readonly project: string;
  readonly plan: number;
  readonly numbers: Numbers;
  readonly whyNot: string | undefined;
  readonly onDone: () => void;
}

export function ApplyPlan({ project, plan, numbers, whyNot, onDone }: ApplyPlanProps): ReactNode {
  const said = useTexts(retentionTexts);
  const toast = useToast();
  const failureText = useFailureText();
  const [asking, setAsking] = useState(false);
  const apply = useChange('POST /api/berth/v1/projects/{project_name_or_id}/retention/plans/{plan_id}/apply');
  const nothing = (numbers.dropped_artifacts ?? 0) === 0 && (numbers.dropped_tags ?? 0) === 0;
  const path = `/api/berth/v1/projects/${project}/retention/plans/${plan}/apply`;
  return (
    <div className="retention-actions">
      <Button whyNot={nothing ? said.nothingGoes : whyNot} onClick={() => setAsking(true)}>
        {said.apply}
      </Button>
      {asking ? (
        <Confirm
          title={said.applyTitle}
          label={said.apply}
          busy={apply.isPending}
          problem={apply.error === null ? undefined : failureText(apply.error)}
          onClose={() => setAsking(false)}
          onConfirm={() =>
            apply.mutate(
              { path: { project_name_or_id: project, plan_id: plan } },
              {
                onSuccess: () => {
                  setAsking(false);
                  toast({ text: said.applied });
                  onDone();
                },
              },
            )
          }
        >
          <PlanNumbers numbers={numbers} />
          <p>{said.applyUndo}</p>
          <AsCommand code={`berth retention apply ${project} ${plan}\n${curlOf('POST', path)}`} />
        </Confirm>
      ) : null}
    </div>
  );
}
