import { AppError } from '../../../lib/errors.ts';
import type { FoundImage } from './find-image.ts';

/** @throws AppError NOT_FOUND for a number that no layer has */
export function requireLayer({ layers }: FoundImage, asked: number | undefined): void {
  if (asked === undefined || (asked >= 1 && asked <= layers.length)) return;
  throw new AppError('NOT_FOUND', {
    message: `there is no layer ${asked}: the image has ${layers.length}, counted from 1`,
  });
}
