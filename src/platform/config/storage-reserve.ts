/** How much of a disk is not for content. Undefined: the larger of 2 % and 1 GiB, never over 10 %. */
export type StorageReserve = { readonly bytes: number } | { readonly percent: number } | undefined;

const gibibyte = 1024 ** 3;
const units: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['KiB', 1024],
  ['MiB', 1024 ** 2],
  ['GiB', gibibyte],
  ['TiB', 1024 ** 4],
]);

/** `512MiB`, `5%`, `0`; `invalid` for anything else. */
export function parseStorageReserve(text: string): StorageReserve | 'invalid' {
  if (text === '') return undefined;
  const [, number = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,3})?) ?(%|[KMGT]iB|)$/.exec(text) ?? [];
  const value = Number(number);
  if (unit === '%') return value < 100 ? { percent: value } : 'invalid';
  const factor = units.get(unit);
  if (number === '' || factor === undefined) return 'invalid';
  return { bytes: Math.round(value * factor) };
}

/** Of a disk of that size. */
export function reservedBytes(reserve: StorageReserve, capacityBytes: number): number {
  if (reserve === undefined) return Math.min(Math.max(capacityBytes / 50, gibibyte), capacityBytes / 10);
  return 'bytes' in reserve ? reserve.bytes : (capacityBytes * reserve.percent) / 100;
}
