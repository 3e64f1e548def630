/** Colours that can be read on white and on black. */
export const COLOURS = ['#0f9d76', '#5aa9e6', '#d9822b', '#b07aa1', '#8a8f98'];

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const escape = (content: string) => content.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`);

export function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escape(content)}</text>`;
}

export const round = (value: number) => Math.round(value * 10) / 10;

/** A picture that follows the reader's light or dark setting. */
export function svg({ width, height }: Size, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}">`,
    '<style>',
    'text{font:13px system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:#24292f}',
    '.title{font-size:16px;font-weight:600}.soft{fill:#57606a}.axis{stroke:#8c959f;stroke-width:1}.grid{stroke:#8c959f;stroke-opacity:.25}',
    '.ground{fill:#fff}',
    '@media(prefers-color-scheme:dark){text{fill:#e6edf3}.soft{fill:#9198a1}.ground{fill:#0d1117}}',
    '</style>',
    `<rect class="ground" width="${width}" height="${height}" rx="6"/>`,
    text(20, 30, title, 'class="title"'),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}
