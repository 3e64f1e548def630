import type { Lightsail } from '../../../test/support/test-environment';
import type { TestEnvironment } from '../../../testbed/driver';

/** What a service that throttles turned away, and what it let pass. */
export interface Throttled {
  passed: number;
  refused: number;
}

/** Puts a token bucket before the simulated Lightsail: what comes faster is throttled, in virtual time. */
export function throttle(environment: TestEnvironment<Lightsail>, perSecond: number): Throttled {
  const counted: Throttled = { passed: 0, refused: 0 };
  let tokens = perSecond;
  let at = environment.clock.now();
  environment.sim.simulator.faults.push({
    service: 'lightsail',
    effect: 'throttle',
    when: () => {
      const now = environment.clock.now();
      tokens = Math.min(perSecond, tokens + (now - at) / 1000 * perSecond);
      at = now;
      if (tokens < 1) {
        counted.refused++;
        return true;
      }
      tokens--;
      counted.passed++;
      return false;
    },
  });
  return counted;
}
