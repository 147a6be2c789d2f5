import { isOnnxOp, textAttribute } from '../model.ts';
import type { LintRule } from './rule.ts';

/** Coordinates other than the framework's. */
export const resizeLegacy: LintRule = {
  code: 'RESIZE_LEGACY',
  title: 'Resize uses coordinates that most frameworks do not',
  why: 'Resize of opset 10, Upsample and asymmetric coordinates shift the image by part of a pixel against half_pixel; nearest with ties rounded another way picks other pixels. Export with opset 13 or newer and compare the coordinate_transformation_mode with the framework.',
  severity: 'warning',
  *find({ nodes, opset }) {
    for (const { node, name } of nodes) {
      if (isOnnxOp(node, 'Upsample')) yield { name, detail: 'Upsample is deprecated' };
      if (!isOnnxOp(node, 'Resize')) continue;
      if (opset < 11) {
        yield { name, detail: 'Resize of opset 10 has no half_pixel coordinates' };
        continue;
      }
      const coordinates = textAttribute(node, 'coordinate_transformation_mode') ?? 'half_pixel';
      const mode = textAttribute(node, 'mode') ?? 'nearest';
      const rounding = textAttribute(node, 'nearest_mode') ?? 'round_prefer_floor';
      // Asymmetric with floor is what PyTorch's nearest does.
      const isTorchNearest = mode === 'nearest' && coordinates === 'asymmetric' && rounding === 'floor';
      if (coordinates === 'asymmetric' && !isTorchNearest)
        yield { name, detail: `${mode} with asymmetric coordinates` };
      else if (coordinates.startsWith('tf_'))
        yield { name, detail: `${mode} with ${coordinates} coordinates` };
      else if (mode === 'nearest' && coordinates === 'half_pixel') {
        yield { name, detail: `nearest rounds ties by ${rounding}` };
      }
    }
  },
};
