/** Local time of IANA time zones. */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}

/** What a clock on the wall shows, written as if it were UTC: milliseconds since 1970. */
export function wallTime(zone: string, instant: number): number {
  const part = Object.fromEntries(formatOf(zone).formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) + (instant % 1000);
}

/** All instants at which the clock on the wall shows this: none where it is skipped, two where it comes twice. */
export function instantsOf(zone: string, wall: number): number[] {
  const day = 24 * 3600_000;
  const offsets = [wall - day, wall + day].map(near => wallTime(zone, near) - near);
  const candidates = [...new Set(offsets)].map(offset => wall - offset);
  return candidates.filter(instant => wallTime(zone, instant) === wall).sort((a, b) => a - b);
}
