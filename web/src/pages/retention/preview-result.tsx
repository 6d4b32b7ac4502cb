import { type ReactNode, useEffect, useRef } from 'react';
import type { Answer } from '../../api/call.ts';
import type { useChange } from '../../api/use-change.ts';
import { useAnswer } from '../../api/use-list.ts';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Badge, Digest, LongName, Size } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { ApplyPlan } from './apply-plan.tsx';
import { PlanNumbers } from './plan-numbers.tsx';
import { type Decision, reasonOf } from './reason-of.ts';
import { retentionTexts } from './text.ts';

const key = 'POST /api/berth/v1/projects/{project_name_or_id}/retention/preview';
type Preview = Answer<typeof key>;
export type PreviewChange = ReturnType<typeof useChange<typeof key>>;

interface PreviewResultProps {
  readonly project: string;
  readonly preview: Preview;
  /** It was asked for just now: whoever did is taken there. */
  readonly isNew: boolean;
  /** Why it is not applied while the project has another policy. */
  readonly otherwise: string;
  readonly onDone: () => void;
}

/** What would go and what stays, each with its reason. */
export function PreviewResult(props: PreviewResultProps): ReactNode {
  const { project, preview, isNew, otherwise, onDone } = props;
  const said = useTexts(retentionTexts);
  const { language } = useLanguage();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!isNew) return;
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: 'start' });
  }, [isNew]);
  // Asked for anew when a policy is saved.
  const { data: plan = preview } = useAnswer(
    'GET /api/berth/v1/projects/{project_name_or_id}/retention/plans/{plan_id}',
    { path: { project_name_or_id: project, plan_id: preview.plan_id ?? 0 } },
  );
  const columns: readonly Column<Decision>[] = [
    {
      id: 'artifact',
      header: said.artifact,
      cell: ({ repository = '', tags = [], digest }) => (
        <>
          <LongName name={tags.length === 0 ? repository : `${repository}:${tags.join(', ')}`} />{' '}
          <Digest digest={digest} />
        </>
      ),
    },
    {
      id: 'decision',
      header: said.decision,
      cell: ({ keep }) => (
        <Badge kind={keep === true ? 'ok' : 'warning'}>{keep === true ? said.stays : said.goes}</Badge>
      ),
    },
    {
      id: 'why',
      header: said.why,
      cell: (decision) => reasonOf(decision, said, language) ?? <span lang="en">{decision.reason}</span>,
    },
    {
      id: 'unique',
      header: said.unique,
      end: true,
      priority: 2,
      cell: ({ unique_bytes: bytes }) => <Size bytes={bytes} />,
    },
  ];
  return (
    <section className="card" aria-live="polite">
      <div className="retention-head">
        <h2 ref={heading} tabIndex={-1} className="retention-result">
          {said.result}
        </h2>
        <ApplyPlan
          project={project}
          plan={preview.plan_id ?? 0}
          numbers={preview}
          whyNot={plan.in_force === true ? undefined : otherwise}
          onDone={onDone}
        />
      </div>
      <PlanNumbers numbers={preview} />
      <DataTable
        label={said.result}
        columns={columns}
        rows={preview.decisions ?? []}
        keyOf={({ repository = '', digest = '' }) => `${repository}@${digest}`}
        empty={<Empty title={said.nothingGoes} />}
      />
      {(preview.left_out ?? 0) === 0 ? null : (
        <p className="meta">{said.leftOut(formatNumber(preview.left_out ?? 0, language))}</p>
      )}
    </section>
  );
}
