import type { ReactNode } from 'react';
import type { Answer } from '../../api/call.ts';
import { CheckField, SelectField, TextField } from '../../ui/controls/field.tsx';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { webhooksTexts } from './text.ts';
import type { Target, Webhook, WebhookDraft } from './webhook-draft.ts';

interface TargetFieldsProps {
  readonly draft: WebhookDraft;
  readonly onDraft: (draft: WebhookDraft) => void;
  /** Undefined: not known yet. */
  readonly offered: Answer<'GET /api/v2.0/projects/{project_name_or_id}/webhook/events'> | undefined;
  readonly webhook: Webhook | undefined;
}

/** Where it goes, and how. */
export function TargetFields({ draft, onDraft, offered, webhook }: TargetFieldsProps): ReactNode {
  const said = useTexts(webhooksTexts);
  const { language } = useLanguage();
  const { target } = draft;
  const { type = 'http', payload_format: format = 'Default' } = target;
  const set = (part: Partial<Target>): void => onDraft({ ...draft, target: { ...target, ...part } });
  const types = new Set([...(offered?.notify_type ?? []), type]);
  const formats = offered?.payload_formats?.find(({ notify_type: of }) => of === type)?.formats ?? [];
  const further = (webhook?.targets?.length ?? 1) - 1;
  return (
    <>
      <SelectField
        label={said.type}
        value={type}
        onValue={(value) => set({ type: value })}
        options={[...types].map((value) => ({ value, label: value }))}
      />
      <TextField
        label={said.address}
        help={said.addressHelp}
        value={target.address ?? ''}
        onValue={(address) => set({ address })}
        required
        autoComplete="off"
      />
      {further > 0 ? <p className="help">{said.moreTargets(formatNumber(further, language))}</p> : null}
      {type === 'http' && target.template === undefined ? (
        <SelectField
          label={said.format}
          value={format}
          onValue={(value) => set({ payload_format: value })}
          options={[...new Set([...formats, format])].map((value) => ({ value, label: value }))}
        />
      ) : null}
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
