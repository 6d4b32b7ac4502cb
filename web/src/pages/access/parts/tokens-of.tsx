import { type ReactNode, useState } from 'react';
import type { Row } from '../../../api/call.ts';
import { Failure } from '../../../api/failure.tsx';
import { useSession } from '../../../api/session.tsx';
import { useChange } from '../../../api/use-change.ts';
import { useAnswer } from '../../../api/use-list.ts';
import { DeleteButton } from '../../../ui/controls/button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { AsCommand } from '../../../ui/show/as-command.tsx';
import { Time } from '../../../ui/show/values.tsx';
import { type Column, DataTable } from '../../../ui/table/data-table.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { quoted } from '../../../ui/text/quoted.ts';
import { ConfirmChange } from './confirm-change.tsx';
import { curl } from './curl.ts';
import { Ending } from './ending.tsx';
import { tokensTexts } from './tokens-text.ts';

type Token = Row<'GET /api/berth/v1/users/{user_id}/tokens'>;

interface TokensOfProps {
  readonly userId: number;
  readonly username: string;
  /** At the end of the heading. */
  readonly action?: ReactNode;
  /** Where there is no token: what to do about it. Default: its owner makes one. */
  readonly emptyText?: string;
}

/** The personal tokens of an account, to look at and to revoke. */
export function TokensOf({ userId, username, action, emptyText }: TokensOfProps): ReactNode {
  const said = useTexts(tokensTexts);
  const [revoked, setRevoked] = useState<Token>();
  const { data, error, refetch } = useAnswer('GET /api/berth/v1/users/{user_id}/tokens', {
    path: { user_id: userId },
  });
  const columns = useColumns(setRevoked);
  return (
    <section className="card">
      <div className="card-head">
        <h2>{said.tokens}</h2>
        {action}
      </div>
      {error === null ? (
        <DataTable
          label={said.tokens}
          columns={columns}
          rows={data}
          keyOf={({ id }) => String(id)}
          empty={<Empty title={said.noTokens}>{emptyText ?? said.noTokensText}</Empty>}
        />
      ) : (
        <Failure error={error} onAgain={() => void refetch()} />
      )}
      {revoked === undefined ? null : (
        <RevokeToken
          userId={userId}
          username={username}
          token={revoked}
          onClose={() => setRevoked(undefined)}
        />
      )}
    </section>
  );
}

function useColumns(onRevoke: (token: Token) => void): readonly Column<Token>[] {
  const said = useTexts(tokensTexts);
  return [
    { id: 'name', header: said.name, cell: ({ name }) => <span className="strong">{name}</span> },
    {
      id: 'limits',
      header: said.limits,
      cell: ({ scopes }) =>
        scopes === undefined ? (
          <span className="muted">{said.unlimited}</span>
        ) : (
          <span lang="en">
            {scopes.map(({ where = '', actions = [] }) => `${actions.join(',')} ${where}`).join('; ')}
          </span>
        ),
    },
    {
      id: 'used',
      header: said.lastUsed,
      priority: 2,
      cell: ({ last_used_at: at, last_used_address: address = '', last_used_client: client = '' }) => (
        <span title={`${address} ${client}`.trim()}>
          <Time at={at} />
        </span>
      ),
    },
    { id: 'ends', header: said.ends, cell: ({ expires_at: at }) => <Ending at={at} /> },
    {
      id: 'created',
      header: said.created,
      ordered: 'ascending',
      priority: 3,
      cell: ({ created_at: at }) => <Time at={at} />,
    },
    {
      id: 'actions',
      header: '',
      actions: true,
      cell: (token) => (
        <DeleteButton label={said.revokeOf(token.name ?? '')} onClick={() => onRevoke(token)}>
          {said.revoke}
        </DeleteButton>
      ),
    },
  ];
}

interface RevokeTokenProps extends TokensOfProps {
  readonly token: Token;
  readonly onClose: () => void;
}

function RevokeToken({ userId, username, token, onClose }: RevokeTokenProps): ReactNode {
  const said = useTexts(tokensTexts);
  const { user } = useSession();
  const { id = 0, name = '' } = token;
  const revoke = useChange('DELETE /api/berth/v1/users/{user_id}/tokens/{token_id}');
  return (
    <ConfirmChange
      title={said.revokeOf(name)}
      effect={said.revokeText}
      undo={said.revokeUndo}
      action={said.revoke}
      busy={revoke.isPending}
      error={revoke.error}
      onClose={onClose}
      onConfirm={() => revoke.mutate({ path: { user_id: userId, token_id: id } }, { onSuccess: onClose })}
    >
      <AsCommand
        berth={`berth token revoke ${quoted(name)} --holder ${quoted(username)}`}
        api={curl('DELETE', `/api/berth/v1/users/${userId}/tokens/${id}`, user?.username ?? '')}
      />
    </ConfirmChange>
  );
}
