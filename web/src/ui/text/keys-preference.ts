import { readPreference, writePreference } from './preference.ts';

/** Whether single keys do something: some people speak to their machine, and some rest a hand on the keys. */
export function singleKeysOn(): boolean {
  return readPreference('keys') !== 'off';
}

export function switchSingleKeys(on: boolean): void {
  writePreference('keys', on ? 'on' : 'off');
}
