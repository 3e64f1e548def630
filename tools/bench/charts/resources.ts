import { bars } from './bars';
import { Chart } from '../report';

export function resourcesChart(rows: readonly { readonly name: string; readonly values: readonly number[] }[]): Chart {
  const title = 'CloudFormation resources in a stack with N snapshots';
  return { file: 'resources.svg', alt: title, svg: bars({ title, panels: ['N = 1', 'N = 100'], rows, show: String }) };
}
