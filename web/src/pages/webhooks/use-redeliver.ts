import { useFailureText } from '../../api/failure.tsx';
import { useChange } from '../../api/use-change.ts';
import { useToast } from '../../ui/feedback/toast.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { webhooksTexts } from './text.ts';

export interface DeliveryPlace {
  readonly project: string;
  readonly webhookId: number;
}

/** Sends what was sent once more. */
export function useRedeliver({ project, webhookId }: DeliveryPlace, id: number) {
  const said = useTexts(webhooksTexts);
  const toast = useToast();
  const failureText = useFailureText();
  const again = useChange(
    'POST /api/berth/v1/projects/{project_name_or_id}/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver',
  );
  return {
    busy: again.isPending,
    redeliver: (then?: () => void): void =>
      again.mutate(
        { path: { project_name_or_id: project, webhook_id: webhookId, delivery_id: id } },
        {
          onSuccess: () => {
            toast({ text: said.redelivered, kind: 'info' });
            then?.();
          },
          onError: (error) => toast({ text: failureText(error), kind: 'danger' }),
        },
      ),
  };
}
