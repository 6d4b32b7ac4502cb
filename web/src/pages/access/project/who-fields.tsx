import { type ReactNode, useId } from 'react';
import { useList } from '../../../api/use-list.ts';
import { SelectField, TextField } from '../../../ui/controls/field.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { partsTexts } from '../parts/text.ts';
import type { Draft } from './grant-draft.ts';
import { projectAccessTexts } from './text.ts';

interface WhoFieldsProps {
  readonly draft: Draft;
  readonly onDraft: (part: Partial<Draft>) => void;
}

/** Who is meant, with names that have in them what is typed. */
export function WhoFields({ draft: { kind, name }, onDraft }: WhoFieldsProps): ReactNode {
  const said = useTexts(projectAccessTexts);
  const parts = useTexts(partsTexts);
  const id = useId();
  const typed = name.trim();
  const page = { page: 1, page_size: 10 };
  const users = useList(
    'GET /api/v2.0/users/search',
    { query: { ...page, username: typed } },
    { enabled: kind === 'user' && typed !== '' },
  );
  const groups = useList(
    'GET /api/v2.0/usergroups/search',
    { query: { ...page, groupname: typed } },
    { enabled: kind === 'group' && typed !== '' },
  );
  const names =
    kind === 'user'
      ? (users.data?.rows ?? []).map(({ username = '' }) => username)
      : kind === 'group'
        ? (groups.data?.rows ?? []).map(({ group_name: group = '' }) => group)
        : [];
  return (
    <div className="pair">
      <SelectField
        label={said.kind}
        value={kind}
        onValue={(next) => onDraft({ kind: next, name: '' })}
        options={(['user', 'group', 'robot'] as const).map((value) => ({ value, label: parts[value] }))}
      />
      <TextField
        label={said.name}
        help={said.nameHelp}
        value={name}
        onValue={(next) => onDraft({ name: next })}
        list={id}
        required
        autoFocus
        autoComplete="off"
      />
      <datalist id={id}>
        {names.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </div>
  );
}
