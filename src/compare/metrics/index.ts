import type { Dtype } from '../../tensor/index.ts';
import type { MetricDefinition } from './definition.ts';
import { isInt64 } from './definition.ts';
import { BIAS } from './bias.ts';
import { COSINE } from './cosine.ts';
import { EXACT_SHARE } from './exact-share.ts';
import { INF_MISMATCHES } from './inf-mismatches.ts';
import { KENDALL } from './kendall.ts';
import { KL } from './kl.ts';
import { LINF } from './linf.ts';
import { LINF_RELATIVE } from './linf-relative.ts';
import { MAX_REL } from './max-rel.ts';
import { MAX_ULP } from './max-ulp.ts';
import { MEAN_ABS } from './mean-abs.ts';
import { MEAN_ULP } from './mean-ulp.ts';
import { MISMATCH_SHARE } from './mismatch-share.ts';
import { MISMATCHES } from './mismatches.ts';
import { MSE } from './mse.ts';
import { NAN_ACTUAL } from './nan-actual.ts';
import { NAN_EXPECTED } from './nan-expected.ts';
import { PSNR } from './psnr.ts';
import { QUANTILE_METRICS } from './quantiles.ts';
import { RMSE } from './rmse.ts';
import { SNR } from './snr.ts';
import { SPEARMAN } from './spearman.ts';
import { TOP_K } from './top-k.ts';
import { UTILISATION } from './utilisation.ts';

export type { MetricDefinition } from './definition.ts';

/** Every metric, in the order in which results show them; docs/metrics.md is made from it. */
export const METRICS: readonly MetricDefinition[] = [
  LINF,
  MSE,
  RMSE,
  MEAN_ABS,
  BIAS,
  MAX_REL,
  LINF_RELATIVE,
  COSINE,
  SNR,
  PSNR,
  MAX_ULP,
  MEAN_ULP,
  MISMATCHES,
  MISMATCH_SHARE,
  EXACT_SHARE,
  NAN_ACTUAL,
  NAN_EXPECTED,
  INF_MISMATCHES,
  UTILISATION,
  TOP_K,
  KL,
  SPEARMAN,
  KENDALL,
  ...QUANTILE_METRICS,
];

const BY_NAME = new Map(METRICS.map((metric) => [metric.name, metric]));

/** The smallest set that gives a metric for a dtype. */
export function setOf({ set, ofNorms }: MetricDefinition, dtype: Dtype): MetricDefinition['set'] {
  return ofNorms === true && isInt64(dtype) ? 'all' : set;
}

export function metricNamed(name: string): MetricDefinition | undefined {
  return BY_NAME.get(name);
}
