/**
 * README.md leads to files beside it, which npm, PyPI and Construct Hub do not have: what is published leads to the repository instead. Its
 * address is that of package.json.
 *
 * `assembly` rewrites the copy in .jsii, which every language but JavaScript takes. `prepack` rewrites the file, which npm takes, and `postpack`
 * puts it back.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { absoluteLinks } from './absolute-links';

const README = 'README.md';
const KEPT = join('.local', 'prepack', README);

const { repository, version } = JSON.parse(readFileSync('package.json', 'utf8')) as { repository: { url: string }; version: string };
const published = (markdown: string) => absoluteLinks(markdown, { repository: repository.url, version });

const STEPS: Readonly<Record<string, () => void>> = {
  assembly() {
    const assembly = JSON.parse(readFileSync('.jsii', 'utf8')) as { readme: { markdown: string } };
    assembly.readme.markdown = published(assembly.readme.markdown);
    writeFileSync('.jsii', JSON.stringify(assembly, undefined, 2));
  },
  prepack() {
    const readme = readFileSync(README, 'utf8');
    // a packing that was interrupted has rewritten it already
    if (published(readme) === readme) return;
    mkdirSync(dirname(KEPT), { recursive: true });
    writeFileSync(KEPT, readme);
    writeFileSync(README, published(readme));
  },
  postpack() {
    if (existsSync(KEPT)) renameSync(KEPT, README);
  },
};

STEPS[process.argv[2]]();
