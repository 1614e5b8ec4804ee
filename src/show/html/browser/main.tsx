import './report.css';
import './reading-rows.css';
import './print.css';
import type { PackageGraph } from '../package-graph.ts';
import { enhanceTables } from './enhance-tables.ts';
import { placeGraphs } from './graph-view.tsx';
import { openForPrint, revealTarget } from './open-details.ts';
import { showTips } from './show-tips.ts';

const data = JSON.parse(document.getElementById('data')!.textContent) as {
  readonly graphs: readonly PackageGraph[];
};

document.documentElement.classList.add('scripted');
enhanceTables();
placeGraphs(data.graphs);
showTips();
openForPrint();
revealTarget();
