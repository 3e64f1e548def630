import { bars } from './bars';
import { Chart } from '../report';

export function costChart(rows: readonly { readonly name: string; readonly values: readonly number[] }[]): Chart {
  const title = 'Cost of 1,000 waits at list prices, US$';
  return { file: 'cost.svg', alt: title, svg: bars({ title, panels: ['of 5 min', 'of 45 min'], rows, show: value => value.toFixed(2) }) };
}
