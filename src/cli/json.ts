import { wireJson } from '../result/wire.ts';
import { textOption, type Invocation } from './command.ts';
import { writeWhole } from './durable.ts';

/** `--json` for commands whose answer is no run result: numbers that JSON cannot hold are strings here too. */
export async function writeValue({ options, context }: Invocation, value: unknown): Promise<void> {
  const target = textOption(options, 'json');
  if (target === undefined) return;
  const text = `${wireJson(value, 2)}\n`;
  if (target === '-') context.stdout.write(text);
  else await writeWhole(target, [text]);
}
