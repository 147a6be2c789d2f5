/** The wording that all reporters share; it lives in `result`, where the report page can reach it too. */
export * from '../result/wording.ts';
export { didNotPass, findings, headlineOf, standingOf, utilisationOf } from '../result/reading.ts';
