/** Nobody waits for minutes on a local emulator. */
import type { Simulator } from '../../testbed/simulator';

/** Share of the usual durations that the simulated Lightsail takes. */
const HASTE = 0.03;

/** Share of their waits that the emulator's state machines take. */
export const WAIT_SCALE = 0.1;

export function hurry({ durations }: Simulator): void {
  for (const key of Object.keys(durations) as (keyof Simulator['durations'])[]) durations[key] *= HASTE;
}
