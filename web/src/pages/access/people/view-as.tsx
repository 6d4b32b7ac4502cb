import type { ReactNode } from 'react';
import { useSession } from '../../../api/session.tsx';
import { useChange } from '../../../api/use-change.ts';
import { enterView } from '../../../api/view/current-view.ts';
import { AsCommand } from '../../../ui/show/as-command.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { ConfirmChange } from '../parts/confirm-change.tsx';
import { curl } from '../parts/curl.ts';
import { peopleTexts } from './text.ts';

interface ViewAsProps {
  readonly username: string;
  readonly onClose: () => void;
}

/** Says that it will be recorded, and begins. */
export function ViewAs({ username, onClose }: ViewAsProps): ReactNode {
  const said = useTexts(peopleTexts);
  const { user } = useSession();
  const by = user?.username ?? '';
  const begin = useChange('POST /api/berth/v1/view-as');
  const body = { who: username };
  return (
    <ConfirmChange
      title={said.viewAs}
      effect={said.viewAsText(username)}
      undo={said.viewAsUndo}
      action={said.viewAs}
      look="primary"
      busy={begin.isPending || begin.isSuccess}
      error={begin.error}
      onClose={onClose}
      onConfirm={() =>
        begin.mutate(
          { body },
          {
            onSuccess: ({ who = username, token = '', expires_at: end = '' }) =>
              enterView({ who, by, token, until: Date.parse(end) }),
          },
        )
      }
    >
      <AsCommand api={curl('POST', '/api/berth/v1/view-as', by, body)} />
    </ConfirmChange>
  );
}
