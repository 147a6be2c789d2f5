import { useText } from '../view/audit.ts';
import { placeOnAxis } from '../view/scale.ts';

const WIDTH = 230;
const HEIGHT = 26;
const MIDDLE = HEIGHT / 2;

/** How far a bound was used on a log axis from a millionth of it to a hundred times it. */
export function BoundAxis(props: {
  /** Error ÷ allowed. */
  readonly ever: number | null;
  readonly recent: number | null;
  /** The proposed bound ÷ the bound in force. */
  readonly proposed: number | null;
}) {
  const { ever, recent, proposed } = props;
  const x = (used: number) => 6 + placeOnAxis(used) * (WIDTH - 12);
  const says = [
    ever === null ? 'never exercised' : `worst ever ${useText(ever)} of the bound`,
    recent === null ? '' : `lately ${useText(recent)}`,
    proposed === null ? '' : `proposed bound at ${useText(proposed)} of it`,
  ];
  return (
    <svg
      class="bound-axis"
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={says.filter((text) => text !== '').join(', ')}
    >
      <line class="axis" x1={4} x2={WIDTH - 4} y1={MIDDLE} y2={MIDDLE} />
      {[1e-6, 1e-4, 1e-2].map((tick) => (
        <line key={tick} class="axis" x1={x(tick)} x2={x(tick)} y1={MIDDLE - 3} y2={MIDDLE + 3} />
      ))}
      {ever !== null && <line class="use-reach" x1={x(0)} x2={x(ever)} y1={MIDDLE} y2={MIDDLE} />}
      <line class="the-bound" x1={x(1)} x2={x(1)} y1={2} y2={HEIGHT - 2} />
      {proposed !== null && (
        <path
          class="proposed"
          d={`M${x(proposed) - 5},${MIDDLE}L${x(proposed)},${MIDDLE - 6}L${x(proposed) + 5},${MIDDLE}L${x(proposed)},${MIDDLE + 6}Z`}
        />
      )}
      {ever !== null && <circle class="ever" cx={x(ever)} cy={MIDDLE} r={4.5} />}
      {recent !== null && <circle class="recent" cx={x(recent)} cy={MIDDLE} r={4.5} />}
    </svg>
  );
}
