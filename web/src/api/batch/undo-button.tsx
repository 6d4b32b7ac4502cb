import { type ReactNode, useState } from 'react';
import { Button } from '../../ui/controls/button.tsx';
import { Confirm } from '../../ui/controls/confirm.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import type { Answer } from '../call.ts';
import { useSession } from '../session.tsx';
import { useAsk, useChange } from '../use-change.ts';
import { BatchEstimate, type Estimate } from './batch-estimate.tsx';
import type { Batch } from './batch-progress.tsx';
import { batchTexts } from './batch-text.ts';
import { takesBack } from './doing-of.ts';

interface UndoButtonProps {
  readonly batch: Batch;
  readonly onStarted: (id: number) => void;
  readonly onError: (error: Error) => void;
}

const key = 'POST /api/berth/v1/batches/{batch_id}/undo';

/** Takes it back at once where that is one's own and just that; else says first whose it is, what else comes back, what stays. */
export function UndoButton({ batch, onStarted, onError }: UndoButtonProps): ReactNode {
  const { id = 0, action = 'restore', asked_by: askedBy = '', restorable = 0, done = 0 } = batch;
  const said = useTexts(batchTexts);
  const { user } = useSession();
  const ask = useAsk(key);
  const undo = useChange(key);
  const [estimate, setEstimate] = useState<Estimate>();
  const isOwn = askedBy === user?.username;
  const path = { batch_id: id };
  const fail = (error: Error): void => {
    setEstimate(undefined);
    onError(error);
  };
  const run = (): void =>
    undo.mutate({ path }, { onSuccess: (made) => onStarted((made as Batch).id ?? 0), onError: fail });
  const look = (told: Answer<typeof key>): void => {
    const isJustThat = (told.needed_count ?? 0) === 0 && (told.staying ?? []).length === 0;
    if (isOwn && isJustThat) run();
    else setEstimate(told);
  };
  return (
    <>
      <Button
        busy={ask.isPending || undo.isPending}
        whyNot={done === 0 ? said.nothingChanged : restorable === 0 ? said.nothingToUndo : undefined}
        onClick={() => ask.mutate({ path, query: { dry_run: true } }, { onSuccess: look, onError: fail })}
      >
        {said.undo}
      </Button>
      {estimate === undefined ? null : (
        <Confirm
          title={isOwn ? said.undoOwn(String(id)) : said.undoOf(String(id), askedBy)}
          label={said.undo}
          wide
          busy={undo.isPending}
          whyNot={estimate.going === 0 ? said.nothingGoes : undefined}
          onClose={() => setEstimate(undefined)}
          onConfirm={run}
        >
          {isOwn ? null : <p>{said.undoOfText}</p>}
          <BatchEstimate action={takesBack(action)} estimate={estimate} />
        </Confirm>
      )}
    </>
  );
}
