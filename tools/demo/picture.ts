import { svg, text } from '../bench/charts/svg';

const COLUMNS = 100;
const LEFT = 20;
const TOP = 62;
const LINE = 19;
const CHARACTER = 7.83;

const STYLE = `<style>
.line{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}.said{font-weight:600}
.good{fill:#1a7f37}.bad{fill:#cf222e}
@media(prefers-color-scheme:dark){.good{fill:#3fb950}.bad{fill:#f85149}}
</style>`;

/** What scenarios print while they run. */
export async function recorded(play: () => Promise<void>): Promise<string[]> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => {
    log(line);
    lines.push(...line.split('\n'));
  };
  try {
    await play();
  } finally {
    console.log = log;
  }
  return lines;
}

/** A terminal with what a run printed: titles, how long each took, why one failed, and what was checked. */
export function picture(printed: readonly string[]): string {
  const lines = printed.filter(line => line === '' || looksOf(line) !== undefined).flatMap(wrapped);
  while (lines[0]?.content === '') lines.shift();
  const size = { width: LEFT * 2 + Math.ceil(COLUMNS * CHARACTER), height: TOP + LINE * lines.length + 6 };
  return svg(size, 'npm run demo: the golden image', [
    STYLE,
    ...lines.map(({ content, looks }, index) => text(LEFT, TOP + LINE * index, content, `class="line ${looks}" xml:space="preserve"`)),
  ]);
}

function looksOf(line: string): string | undefined {
  if (/^ +✓/.test(line)) return 'good';
  if (/^ +(✗|\w+_FAILED)/.test(line)) return 'bad';
  if (/^ +cdk \w+: (done|exit)/.test(line)) return 'soft';
  return /^cdk /.test(line) ? 'said' : undefined;
}

/** What is too long goes on in the next line. */
function wrapped(line: string): { content: string; looks: string }[] {
  const looks = looksOf(line) ?? '';
  const parts = line.match(new RegExp(`.{1,${COLUMNS - 4}}(?:\\s|$)`, 'g')) ?? [''];
  return parts.map((part, index) => ({ content: (index === 0 ? '' : '    ') + part.trimEnd(), looks }));
}
