/*
 * Writes API.md from what jsii knows: `npx projen docgen`, after `npx projen compile`.
 *
 * jsii-docgen's page names everything twice and sorts by the alphabet. This one is to be read: what a reader needs first stands first, each
 * construct with its properties and attributes in tables, and what every construct of the CDK has is left out.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Assembly, ClassType, EnumType, InterfaceType, Type } from '@jsii/spec';
import { classSection, enumSection, Library, structSection, summaryOf } from './sections';

const PROJECT = resolve(__dirname, '..', '..');

/** The order in which a user meets the constructs. What is not named here follows by the alphabet. */
const FIRST = [
  'LightsailInstanceSnapshot', 'LightsailDiskSnapshot', 'InstancesFromSnapshot', 'DisksFromSnapshot', 'SnapshotExport', 'DiskSnapshotExport',
  'SnapshotCopy', 'DiskSnapshotCopy', 'InstanceSnapshotLookup', 'DiskSnapshotLookup', 'LightsailBackupPlan', 'SnapshotProvider',
];

function main(): void {
  const assembly = JSON.parse(readFileSync(join(PROJECT, '.jsii'), 'utf8')) as Assembly;
  const types = Object.values(assembly.types ?? {});
  const library = new Library(assembly.name, types);
  const rank = ({ name }: Type) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  const sorted = [...types].sort((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name));

  const classes = sorted.filter((type): type is ClassType => type.kind === 'class');
  const constructs = classes.filter(type => library.isConstruct(type));
  const others = classes.filter(type => !library.isConstruct(type));
  const shown = new Set(constructs.flatMap(type => library.propsOf(type)?.fqn ?? []));
  const interfaces = sorted.filter((type): type is InterfaceType => type.kind === 'interface' && !shown.has(type.fqn));
  const structs = interfaces.filter(type => type.datatype && !library.isBase(type));
  const behaviours = interfaces.filter(type => !type.datatype);
  const enums = sorted.filter((type): type is EnumType => type.kind === 'enum');

  const index = constructs.map(type => `| [${type.name}](#${type.name.toLowerCase()}) | ${summaryOf(type)} |`);
  const part = (title: string, sections: string[]) => (sections.length > 0 ? [`# ${title}`, ...sections] : []);
  const page = [
    '# API',
    'Names are those of TypeScript; the other languages write them in their own way (`instance_name` in Python, `InstanceName` in C# and Go).\n'
    + '**Bold** properties are required. Attributes are known when the stack is deployed; before, they are tokens.',
    ['| construct | |', '|---|---|', ...index].join('\n'),
    `Then: ${['Values', 'Structs', 'Interfaces', 'Enums'].map(title => `[${title.toLowerCase()}](#${title.toLowerCase()})`).join(' · ')}`,
    ...part('Constructs', constructs.map(type => classSection(library, type))),
    ...part('Values', others.map(type => classSection(library, type))),
    ...part('Structs', structs.map(type => structSection(library, type))),
    ...part('Interfaces', behaviours.map(type => structSection(library, type))),
    ...part('Enums', enums.map(enumSection)),
  ];
  writeFileSync(join(PROJECT, 'API.md'), `${page.join('\n\n')}\n`);
}

main();
