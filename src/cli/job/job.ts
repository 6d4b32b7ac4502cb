import type { Args } from '../action.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { jobTexts } from './text.ts';

export const jobsPath = '/api/berth/v1/jobs';

/** As the server shows it. */
export interface Job {
  readonly id: number;
  readonly kind: string;
  readonly trigger: string;
  readonly status: string;
  readonly status_message?: string;
  readonly progress?: {
    readonly done: number;
    readonly total: number;
    readonly unit: string;
    readonly bytes?: { readonly done: number; readonly total: number };
  };
  readonly creation_time: string;
  readonly update_time: string;
}

export function hasEnded({ status }: Job): boolean {
  return !['Pending', 'Scheduled', 'Running'].includes(status);
}

/** @throws WrongUsage */
export function pathOfJob([id = '']: Args): string {
  if (!/^\d{1,15}$/.test(id)) throw new WrongUsage(jobTexts.idWrong);
  return `${jobsPath}/${Number(id)}`;
}
