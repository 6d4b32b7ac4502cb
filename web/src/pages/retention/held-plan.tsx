import type { ReactNode } from 'react';
import { Failure } from '../../api/failure.tsx';
import { useAnswer } from '../../api/use-list.ts';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { LongName, Time } from '../../ui/show/values.tsx';
import { blankAfter } from '../../ui/text/blank-after.ts';
import { useTexts } from '../../ui/text/language.tsx';
import { ApplyPlan } from './apply-plan.tsx';
import { PlanNumbers } from './plan-numbers.tsx';
import { retentionTexts } from './text.ts';

interface HeldPlanProps {
  readonly project: string;
  readonly id: number;
  readonly onDone: () => void;
}

/** What a scheduled run would have removed, for somebody to look at first. */
export function HeldPlan({ project, id, onDone }: HeldPlanProps): ReactNode {
  const said = useTexts(retentionTexts);
  const { data, error } = useAnswer(
    'GET /api/berth/v1/projects/{project_name_or_id}/retention/plans/{plan_id}',
    { path: { project_name_or_id: project, plan_id: id } },
  );
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return <Skeleton lines={4} />;
  const artifacts = (data.repositories ?? []).flatMap(({ repository = '', artifacts: going = [] }) =>
    going.map(({ digest = '', tags = [] }) => ({ digest, name: `${repository}:${tags.join(', ')}` })),
  );
  return (
    <section className="card">
      <div className="retention-head">
        <h2>{data.needs_review === undefined ? said.planOf(String(id)) : said.stopsForReview}</h2>
        <ApplyPlan
          project={project}
          plan={id}
          numbers={data}
          whyNot={data.in_force === true ? undefined : said.otherPolicy}
          onDone={onDone}
        />
      </div>
      {data.needs_review === undefined ? null : (
        <p className="retention-reason" lang="en">
          {data.needs_review}
        </p>
      )}
      <PlanNumbers numbers={data} />
      <p className="meta">
        {said.validUntil}
        {blankAfter(said.validUntil)}
        <Time at={data.expires_at} />
      </p>
      <ul className="retention-going">
        {artifacts.map(({ digest, name }) => (
          <li key={`${name}${digest}`}>
            <LongName name={name} />
          </li>
        ))}
      </ul>
    </section>
  );
}
