const micro = 1_000_000n;
const gib = 2n ** 30n;
const kibOfGib = 2n ** 20n;

/** As the settings have them: decimal numbers with at most 6 digits behind the point. */
export interface Prices {
  /** Of a GiB for a month. */
  readonly stored: string;
  /** Of a GiB. */
  readonly pushed: string;
  readonly pulled: string;
}

/** What a row of a month costs, exact to a millionth of the currency; each of its three parts is rounded. */
export function costOf(
  moved: { readonly pushedBytes: number; readonly pulledBytes: number; readonly storedKibHours: number },
  month: number,
  prices: Prices,
): string {
  const total =
    share(moved.pushedBytes, microOf(prices.pushed), gib) +
    share(moved.pulledBytes, microOf(prices.pulled), gib) +
    share(moved.storedKibHours, microOf(prices.stored), kibOfGib * hoursOf(month));
  return `${total / micro}.${String(total % micro).padStart(6, '0')}`;
}

function share(amount: number, price: bigint, unit: bigint): bigint {
  return (BigInt(amount) * price * 2n + unit) / (unit * 2n);
}

function microOf(price: string): bigint {
  const [whole = '0', part = ''] = price.split('.');
  return BigInt(whole) * micro + BigInt(part.padEnd(6, '0'));
}

/** In UTC, where every day has 24. */
function hoursOf(month: number): bigint {
  const [year, of] = [Math.floor(month / 100), month % 100];
  return BigInt((Date.UTC(year, of, 1) - Date.UTC(year, of - 1, 1)) / 3_600_000);
}
