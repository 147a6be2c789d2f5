/** The wording that all reporters share; it lives in `result`, where the report page can reach it too. */
export * from '../result/wording.ts';
export {
  didNotPass,
  failing,
  findings,
  standingOf,
  tightestBound,
  utilisationOf,
} from '../result/reading.ts';
export type { Finding, Standing } from '../result/reading.ts';
