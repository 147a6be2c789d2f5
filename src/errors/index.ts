export { ParityError } from './parity-error.ts';
