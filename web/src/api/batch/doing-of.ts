import type { Operations } from '../generated/operations.ts';

export type Action = Operations['POST /api/berth/v1/batches']['body']['action'];

/** What a batch does with each thing, in which its dialogs differ. */
export type Doing = 'delete' | 'restore' | 'put' | 'take';

export function doingOf(action: Action): Doing {
  switch (action) {
    case 'delete-tags':
    case 'delete-artifacts':
    case 'delete-repositories':
      return 'delete';
    case 'restore':
      return 'restore';
    case 'label-tags':
    case 'label-artifacts':
      return 'put';
    case 'unlabel-tags':
    case 'unlabel-artifacts':
      return 'take';
  }
}

/** What a batch does that takes back one that did this. */
export function takesBack(action: Action): Action {
  switch (action) {
    case 'label-tags':
      return 'unlabel-tags';
    case 'unlabel-tags':
      return 'label-tags';
    case 'label-artifacts':
      return 'unlabel-artifacts';
    case 'unlabel-artifacts':
      return 'label-artifacts';
    case 'delete-tags':
    case 'delete-artifacts':
    case 'delete-repositories':
    case 'restore':
      return 'restore';
  }
}
