/**
 * The CPU time of parsing and writing a text of 4 × 1.3 MB of JSON where the limits of turns were set, in ms: the median there.
 * A machine that is shared takes up to twice of it from one minute to the next.
 */
const referenceMs = 33;

const text = JSON.stringify(
  Array.from({ length: 20_000 }, (_, number) => ({
    name: `layer-${number}`,
    size: number * 7,
    digest: `sha256:${number}`,
  })),
);

function workMs(): number {
  const before = process.cpuUsage();
  for (let round = 0; round < 4; round += 1) JSON.stringify(JSON.parse(text));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/**
 * How much longer than that this machine takes at worst, at least 2: the same turn takes 40 ms in one minute and 80 in the next
 * where other machines share the cores.
 */
export function slowness(): number {
  return Math.max(2, ...Array.from({ length: 9 }, () => workMs() / referenceMs));
}
