const MEAN = [0.485, 0.456, 0.406];
const STD = [0.229, 0.224, 0.225];

/** RGB bytes, [height, width, 3], to the normalised float32 [1, 3, height, width] that the model was trained on. */
export function preprocess(bytes, height, width) {
  const data = new Float32Array(3 * height * width);
  for (let channel = 0; channel < 3; channel++) {
    for (let pixel = 0; pixel < height * width; pixel++) {
      data[channel * height * width + pixel] =
        (bytes[pixel * 3 + channel] / 255 - MEAN[channel]) / STD[channel];
    }
  }
  return { dtype: 'float32', shape: [1, 3, height, width], data };
}
