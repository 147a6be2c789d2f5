import * as fc from 'fast-check';

// A mutant that no test of fixed values notices is seldom noticed by the hundredth drawn one.
fc.configureGlobal({ numRuns: 20 });
