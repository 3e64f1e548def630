import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machine } from './machine';
import { Section, asMarkdown, figuresTable } from './report';

const DOCS = join(__dirname, '../../docs');

/** Writes the page, and the charts beside it. */
export function write(sections: readonly Section[]): void {
  mkdirSync(join(DOCS, 'benchmarks'), { recursive: true });
  for (const { file, svg } of sections.flatMap(({ charts }) => charts ?? [])) writeFileSync(join(DOCS, 'benchmarks', file), svg);
  for (const file of new Set(sections.map(sectionPage))) {
    writeFileSync(join(DOCS, file), page(file, sections.filter(section => sectionPage(section) === file)));
  }
}

const MAIN = 'benchmarks.md';

const sectionPage = ({ page: file = MAIN }: Section) => file;

function page(file: string, sections: readonly Section[]): string {
  const parts = file !== MAIN ? [
    '# Backup plans, measured',
    '<!-- Written by `npm run bench -- backup nights --write`. Do not edit. -->',
    machine().map(line => `${line}.`).join('\n'),
    ...sections.flatMap(sectionParts),
  ] : [
    '# Benchmarks',
    '<!-- Written by `npm run bench -- --write`. Do not edit. -->',
    'What this library costs and saves, beside what one would use instead: `AwsCustomResource`, the CDK\'s `Provider` framework with a function that '
    + 'starts and one that looks, one hand-written function that polls inside itself, and CloudFormation\'s own `AWS::Lightsail::InstanceSnapshot`. '
    + 'The peers are in [`tools/bench/peers`](../tools/bench/peers), written as a careful user would. `npm run bench` measures all of it again.',
    machine().map(line => `${line}.`).join('\n'),
    ...sections.flatMap(sectionParts),
  ];
  return `${parts.join('\n\n')}\n`;
}

function sectionParts({ title, meaning, tables, figures, charts = [], notes = [] }: Section): string[] {
  return [
    `## ${title}`,
    meaning,
    ...charts.map(({ file, alt }) => `![${alt}](benchmarks/${file})`),
    ...tables.map(asMarkdown),
    ...notes,
    asMarkdown(figuresTable(figures)),
  ];
}
