import { type ReactNode, useEffect, useRef } from 'react';
import type { Answer } from '../../api/call.ts';
import { useFailureText } from '../../api/failure.tsx';
import { Button } from '../../ui/controls/button.tsx';
import { CheckField, SelectField, TextField } from '../../ui/controls/field.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { webhooksTexts } from './text.ts';
import { useFormName } from './use-form-name.ts';
import { mostTargets, type Target, type TargetDraft, withTarget } from './webhook-draft.ts';

type Offered = Answer<'GET /api/v2.0/projects/{project_name_or_id}/webhook/events'>;

interface TargetsProps {
  readonly targets: readonly TargetDraft[];
  readonly onTargets: (targets: readonly TargetDraft[]) => void;
  /** Undefined: not known yet. */
  readonly offered: Offered | undefined;
  /** Why an address is refused, and that as it was sent. */
  readonly problem: { readonly refused: TargetDraft; readonly error: Error } | undefined;
}

/** Everything that is told: each gets every message. */
export function Targets({ targets, onTargets, offered, problem }: TargetsProps): ReactNode {
  const said = useTexts(webhooksTexts);
  const one = targets.length === 1;
  return (
    <>
      {targets.map((each, no) => (
        <fieldset key={each.key} className="webhook-target">
          <legend>{one ? said.targetOne : said.targetNo(no + 1)}</legend>
          <TargetFields
            draft={each}
            onDraft={(next) => onTargets(targets.with(no, next))}
            offered={offered}
            refusal={problem !== undefined && leadsTheSame(each, problem.refused) ? problem.error : undefined}
          />
          {one ? null : (
            <div className="webhook-target-end">
              <Button
                small
                icon="trash"
                aria-label={said.removeTargetNo(no + 1)}
                onClick={() => onTargets(targets.toSpliced(no, 1))}
              >
                {said.removeTarget}
              </Button>
            </div>
          )}
        </fieldset>
      ))}
      <div>
        <Button
          small
          icon="plus"
          whyNot={targets.length < mostTargets ? undefined : said.mostTargets(mostTargets)}
          onClick={() => onTargets(withTarget(targets))}
        >
          {said.addTarget}
        </Button>
      </div>
    </>
  );
}

/** Until something else is typed. */
function leadsTheSame(one: TargetDraft, other: TargetDraft): boolean {
  const [now, then] = [one.target, other.target];
  return one.key === other.key && now.type === then.type && now.address === then.address;
}

interface TargetFieldsProps {
  readonly draft: TargetDraft;
  readonly onDraft: (draft: TargetDraft) => void;
  readonly offered: Offered | undefined;
  /** Of its address. */
  readonly refusal: Error | undefined;
}

/** Where it goes, and how. */
function TargetFields({ draft, onDraft, offered, refusal }: TargetFieldsProps): ReactNode {
  const said = useTexts(webhooksTexts);
  const { target } = draft;
  const { type = 'http', payload_format: format = 'Default' } = target;
  const set = (part: Partial<Target>): void => onDraft({ ...draft, target: { ...target, ...part } });
  const nameOf = useFormName();
  const failureText = useFailureText();
  const address = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (refusal === undefined) return;
    address.current?.focus({ preventScroll: true });
    address.current?.scrollIntoView({ block: 'center' });
  }, [refusal]);
  const isMail = type === 'email';
  const types = new Set([...(offered?.notify_type ?? []), type]);
  const formats = offered?.payload_formats?.find(({ notify_type: of }) => of === type)?.formats ?? [];
  return (
    <>
      <SelectField
        label={said.type}
        value={type}
        onValue={(value) => set({ type: value })}
        options={[...types].map((value) => ({ value, label: nameOf(value) }))}
      />
      <TextField
        label={isMail ? said.mailAddresses : said.address}
        help={isMail ? said.mailAddressesHelp : said.addressHelp}
        problem={refusal === undefined ? undefined : failureText(refusal)}
        ref={address}
        value={target.address ?? ''}
        onValue={(value) => set({ address: value })}
        required
        autoComplete="off"
      />
      {type === 'http' && target.template === undefined ? (
        <SelectField
          label={said.format}
          value={format}
          onValue={(value) => set({ payload_format: value })}
          options={[...new Set([...formats, format])].map((value) => ({
            value,
            label: value === 'Default' ? said.formatDefault : value,
          }))}
        />
      ) : null}
      {isMail ? null : <RequestFields draft={draft} onDraft={onDraft} />}
    </>
  );
}

/** What only a request has, not a mail. */
function RequestFields({ draft, onDraft }: Pick<TargetFieldsProps, 'draft' | 'onDraft'>): ReactNode {
  const said = useTexts(webhooksTexts);
  const { target } = draft;
  const set = (part: Partial<Target>): void => onDraft({ ...draft, target: { ...target, ...part } });
  return (
    <>
      <TextField
        label={said.authHeader}
        value={target.auth_header ?? ''}
        onValue={(header) => set({ auth_header: header })}
        autoComplete="off"
      />
      <TextField
        type="password"
        label={said.secret}
        help={target.signed === true ? said.secretStays : said.secretHelp}
        value={draft.secret}
        onValue={(secret) => onDraft({ ...draft, secret })}
        autoComplete="new-password"
      />
      <CheckField
        label={said.skipVerify}
        checked={target.skip_cert_verify === true}
        onChecked={(skip) => set({ skip_cert_verify: skip })}
      />
    </>
  );
}
