export * from './document.ts';
export * from './evidence.ts';
export * from './reasons.ts';
export * from './wire.ts';
