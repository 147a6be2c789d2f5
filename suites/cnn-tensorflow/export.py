"""Keras image classifier with seeded weights: writes cnn.onnx, saved_model/ and the recorded inputs.

    python export.py

Running it again gives the same bytes.
"""

import re
import shutil
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
SEED = 5
OUTPUT_NAMES = ["probabilities", "attention"]


def build():
    """image [batch, 24, 24, 3] → probabilities [batch, 8], attention [batch, 24, 24, 1]; NHWC throughout."""
    import keras
    from keras import layers

    def block(x, layer):
        x = layer(x)
        return layers.ReLU(6.0)(layers.BatchNormalization(epsilon=1e-3)(x))

    # A stride of 2 with SAME pads the far side alone on an even length: 24 → 12 → 6.
    image = keras.Input((24, 24, 3), name="image")
    x = block(image, layers.Conv2D(12, 3, strides=2, padding="same", use_bias=False))
    x = block(x, layers.DepthwiseConv2D(3, padding="same", use_bias=False))
    x = block(x, layers.Conv2D(20, 1, use_bias=False))
    x = block(x, layers.DepthwiseConv2D(3, strides=2, padding="same", use_bias=False))
    x = block(x, layers.Conv2D(24, 1, use_bias=False))
    attention = layers.Conv2D(1, 1, activation="sigmoid")(x)
    weighted = layers.Multiply()([x, attention])
    probabilities = layers.Dense(8, activation="softmax")(layers.GlobalAveragePooling2D()(weighted))
    resized = layers.Resizing(24, 24, interpolation="bilinear")(attention)
    net = keras.Model(image, {"probabilities": probabilities, "attention": resized})
    set_weights(net)
    net.trainable = False
    return net


def set_weights(net):
    """NumPy draws the weights, so that they do not depend on TensorFlow's version."""
    random = np.random.default_rng(SEED)
    for variable in net.weights:
        shape = tuple(variable.shape)
        if variable.name in ("moving_variance", "gamma"):
            value = random.uniform(0.3, 1.5, shape)
        elif variable.name in ("moving_mean", "beta", "bias"):
            value = random.uniform(-0.5, 0.5, shape)
        else:
            depthwise = "depthwise" in variable.path
            fan_in = np.prod(shape[:2]) if depthwise else np.prod(shape[:-1])
            value = random.standard_normal(shape) * np.sqrt(2.5 / fan_in)
        variable.assign(value.astype(np.float32))


def serving(net):
    """The net as a tf.function of one named input with named outputs."""
    import tensorflow as tf

    @tf.function(input_signature=[tf.TensorSpec([None, 24, 24, 3], tf.float32, name="image")])
    def serve(image):
        outputs = net(image, training=False)
        return {name: tf.identity(outputs[name], name=name) for name in OUTPUT_NAMES}

    return serve


def recorded():
    """Coloured gratings, [3, 24, 24, 3] in 0…1."""
    row, column = np.mgrid[0:24, 0:24] / 23
    waves = [np.sin(2 * np.pi * (a * row + b * column)) for a, b in ((1, 0), (2, 3), (5, 1))]
    pictures = [np.stack([wave, wave * row, column * 2 - 1], axis=-1) for wave in waves]
    return (np.stack(pictures) / 2 + 0.5).astype(np.float32)


def main():
    import onnx
    import tensorflow as tf
    import tf2onnx

    tf.config.experimental.enable_op_determinism()
    net = build()
    serve = serving(net)

    shutil.rmtree(HERE / "saved_model", ignore_errors=True)
    module = tf.Module()
    # The tf.Variables themselves: a SavedModel does not restore what it only knows through Keras' wrappers.
    module.variables_of_net = [weight.value for weight in net.weights]
    module.serve = serve
    tf.saved_model.save(module, HERE / "saved_model", signatures={"serving_default": serve})
    # Holds a random id, and loading does not need it.
    (HERE / "saved_model" / "fingerprint.pb").unlink()

    model, _ = tf2onnx.convert.from_function(serve, input_signature=serve.input_signature, opset=17)
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "batch"
    settle_names(model.graph)
    onnx.save(model, HERE / "cnn.onnx")
    (HERE / "inputs").mkdir(exist_ok=True)
    image = recorded()
    np.savez(HERE / "inputs" / "gratings.npz", image=image)
    image[1] = np.nan
    np.savez(HERE / "inputs" / "nan-image.npz", image=image)


def settle_names(graph):
    """tf2onnx numbers its own names by the order of sets, which differs from run to run: renames them by position."""
    initializers = {tensor.name for tensor in graph.initializer}
    renamed = {}

    def settle(name, wanted):
        if name not in renamed:
            wanted = re.sub(r"__\d+", "", wanted)
            taken = set(renamed.values())
            renamed[name] = next(n for n in (wanted, *(f"{wanted}.{i}" for i in range(2, 99))) if n not in taken)
        return renamed[name]

    for value in (*graph.input, *graph.output):
        settle(value.name, value.name)
    for node in graph.node:
        node.name = node.name if "__" not in node.name else settle(node.name, node.name)
        for place, name in enumerate(node.input):
            wanted = f"{node.name}:input{place}" if name in initializers else name
            node.input[place] = settle(name, wanted) if name else name
        node.output[:] = [settle(name, name) for name in node.output]
    for tensor in graph.initializer:
        tensor.name = renamed[tensor.name]
    del graph.value_info[:]
    graph.initializer.sort(key=lambda tensor: tensor.name)


if __name__ == "__main__":
    main()
