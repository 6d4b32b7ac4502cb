import type { Delivery } from '../../platform/deliveries/delivery-reads.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';

type View = Readonly<Record<string, unknown>>;

const text = { type: 'string' } as const;
const number = { type: 'integer', format: 'int64' } as const;

/** Harbor's words for the two things that a delivery is there. */
export type HarborStatus = 'Pending' | 'Scheduled' | 'Running' | 'Success' | 'Error';

export const executionSchema = {
  type: 'object',
  properties: {
    id: number,
    vendor_type: { ...text, description: 'SLACK or WEBHOOK.' },
    vendor_id: { ...number, description: 'The webhook.' },
    status: text,
    status_message: text,
    metrics: {
      type: 'object',
      properties: { task_count: number, success_task_count: number, error_task_count: number },
    },
    trigger: text,
    extra_attrs: { type: 'object', properties: { event_type: text, payload: text } },
    start_time: text,
    end_time: text,
  },
} as const;

export const taskSchema = {
  type: 'object',
  properties: {
    id: number,
    execution_id: number,
    status: text,
    status_message: text,
    run_count: number,
    creation_time: text,
    update_time: text,
    start_time: text,
    end_time: text,
  },
} as const;

export const jobSchema = {
  type: 'object',
  properties: {
    id: number,
    policy_id: number,
    event_type: text,
    notify_type: text,
    status: text,
    job_detail: text,
    creation_time: { ...text, format: 'date-time' },
    update_time: { ...text, format: 'date-time' },
  },
} as const;

/** Of the task; the execution is `Running` while the task has not ended. */
export function statusOf({ state, attempts }: Pick<Delivery, 'state' | 'attempts'>): HarborStatus {
  if (state === 'delivered') return 'Success';
  if (state === 'failed') return 'Error';
  return attempts === 0 ? 'Pending' : 'Scheduled';
}

const counted: Readonly<Record<HarborStatus, string>> = {
  Pending: 'pending_task_count',
  Scheduled: 'scheduled_task_count',
  Running: 'running_task_count',
  Success: 'success_task_count',
  Error: 'error_task_count',
};

export function executionView(delivery: Delivery): View {
  const status = statusOf(delivery);
  const final = delivery.state !== 'waiting';
  return {
    id: delivery.id,
    vendor_type: delivery.form === 'slack' ? 'SLACK' : 'WEBHOOK',
    vendor_id: delivery.webhookId,
    status: final ? status : 'Running',
    ...(delivery.problem === '' ? {} : { status_message: delivery.problem }),
    metrics: { task_count: 1, [counted[status]]: 1 },
    trigger: 'EVENT',
    extra_attrs: { event_type: delivery.kind, payload: delivery.body },
    start_time: apiTime(delivery.createdAt),
    ...(delivery.endedAt === null ? {} : { end_time: apiTime(delivery.endedAt) }),
  };
}

export function taskView(delivery: Delivery): View {
  return {
    id: delivery.id,
    execution_id: delivery.id,
    status: statusOf(delivery),
    ...(delivery.problem === '' ? {} : { status_message: delivery.problem }),
    run_count: delivery.attempts,
    creation_time: apiTime(delivery.createdAt),
    update_time: apiTime(changedAt(delivery)),
    ...(delivery.startedAt === null ? {} : { start_time: apiTime(delivery.startedAt) }),
    ...(delivery.endedAt === null ? {} : { end_time: apiTime(delivery.endedAt) }),
  };
}

export function jobView(delivery: Delivery): View {
  return {
    id: delivery.id,
    policy_id: delivery.webhookId,
    event_type: delivery.kind,
    notify_type: delivery.form,
    status: statusOf(delivery),
    job_detail: delivery.body,
    creation_time: apiTime(delivery.createdAt),
    update_time: apiTime(changedAt(delivery)),
  };
}

function changedAt({ createdAt, startedAt, endedAt }: Delivery): number {
  return endedAt ?? startedAt ?? createdAt;
}
