import { posix } from 'path';

/** Where the pages are that a published README leads to. */
export interface Place {
  /** Address of the repository, as package.json has it. */
  readonly repository: string;
  /** 0.0.0 is no release: its pages are those of the main branch. */
  readonly version: string;
}

/** Links to files of the repository become absolute, those within the page stay. Code is left alone. */
export function absoluteLinks(markdown: string, { repository, version }: Place): string {
  const home = repository.replace(/^git\+/, '').replace(/\.git$/, '');
  const ref = version === '0.0.0' ? 'main' : `v${version}`;
  const absolute = (link: string) => {
    if (/^([a-z]+:|#)/.test(link)) return link;
    const path = posix.normalize(link);
    return `${home}/${/\.(svg|png|gif)$/.test(path) ? 'raw' : 'blob'}/${ref}/${path}`;
  };
  const prose = (text: string) => text
    .replace(/\]\(([^)\s]+)\)/g, (_, link: string) => `](${absolute(link)})`)
    .replace(/\b(href|src)="([^"]+)"/g, (_, name: string, link: string) => `${name}="${absolute(link)}"`);
  return markdown.split(/(^```.*?^```$)/ms).map((part, index) => (index % 2 === 0 ? prose(part) : part)).join('');
}
