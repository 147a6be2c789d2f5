export * from './allocate.ts';
export * from './convert.ts';
export * from './dtype.ts';
export * from './small-float.ts';
export * from './stored.ts';
export * from './tensor.ts';
