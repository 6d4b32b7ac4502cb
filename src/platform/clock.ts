/** Epoch milliseconds. The one place that asks the machine; everything else is given a clock or a `now`. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();
