/**
 * How long a job waits that has failed `failures` times: n⁴ + 15 + rand(30)·(n + 1) seconds, as Harbor's queue has it.
 * @param chance from 0 to 1
 */
export function retryDelayMs(failures: number, chance: number): number {
  const seconds = failures ** 4 + 15 + Math.floor(chance * 30) * (failures + 1);
  return seconds * 1000;
}
