import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useFailureText } from '../../api/failure.tsx';
import { Button } from '../../ui/controls/button.tsx';
import { CheckField } from '../../ui/controls/field.tsx';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { curlOf } from '../../ui/show/curl-of.ts';
import { useTexts } from '../../ui/text/language.tsx';
import { beginCollection, requestOf } from './collection.ts';
import { garbageTexts } from './text.ts';

interface NewPlanProps {
  /** It is what the page is for, as long as no plan is shown. */
  readonly first: boolean;
  readonly untagged: boolean;
  readonly onBegun: (id: string) => void;
}

export function NewPlan({ first, untagged: before, onBegun }: NewPlanProps): ReactNode {
  const said = useTexts(garbageTexts);
  const failureText = useFailureText();
  const queries = useQueryClient();
  const [untagged, setUntagged] = useState(before);
  const [purgeTrash, setPurgeTrash] = useState(false);
  const wanted = { delete_untagged: untagged, purge_trash: purgeTrash };
  const begin = useMutation({
    mutationFn: () => beginCollection(wanted, true),
    onSuccess: async (id) => {
      onBegun(id);
      await queries.invalidateQueries();
    },
  });
  const flags = `${untagged ? ' --untagged' : ''}${purgeTrash ? ' --purge-trash' : ''}`;
  const request = requestOf(wanted, true);
  return (
    <section className="card">
      <h2>{said.newPlan}</h2>
      <p>{said.newPlanText}</p>
      <div className="form">
        <CheckField
          label={said.untagged}
          help={said.untaggedHelp}
          checked={untagged}
          onChecked={setUntagged}
        />
        <CheckField
          label={said.purgeTrash}
          help={said.purgeTrashHelp}
          checked={purgeTrash}
          onChecked={setPurgeTrash}
        />
        {begin.error === null ? null : (
          <p className="problem" role="alert">
            {failureText(begin.error)}
          </p>
        )}
        <div>
          <Button look={first ? 'primary' : 'plain'} busy={begin.isPending} onClick={() => begin.mutate()}>
            {said.plan}
          </Button>
        </div>
      </div>
      <AsCommand code={`berth gc plan${flags}\n${curlOf('POST', request.path, request.body)}`} />
    </section>
  );
}
