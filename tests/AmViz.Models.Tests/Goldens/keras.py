"""The layers of Keras as far as the Keras applications use them, on PyTorch's tensors: [N, C, H, W].

Every function takes the layer's Keras name and notes the names and shapes that a Keras file would have for it, in
Keras's order of axes. Weights are those of golden.py.
"""
import torch
import torch.nn.functional as F

from golden import fill


class Keras:
    def __init__(self):
        self.made = {}
        self.keys = {}
        self.weights = {}

    def get(self, name, ours, shape, theirs, order=None):
        """A tensor, noted in Keras's order of axes."""
        value = fill(ours, shape)
        self.weights[name + "/" + theirs + ":0"] = value if order is None else value.permute(order)
        self.keys[name + "/" + theirs + ":0"] = tuple(self.weights[name + "/" + theirs + ":0"].shape)
        return value

    def keep(self, name, x):
        self.made[name] = x
        return x

    def conv(self, x, name, filters, kernel, strides=1, padding="valid", bias=False):
        """Conv2D."""
        rows, columns = (kernel, kernel) if isinstance(kernel, int) else kernel
        weight = self.get(name, name + ".weight", (filters, x.shape[1], rows, columns), "kernel", (2, 3, 1, 0))
        shift = self.get(name, name + ".bias", (filters,), "bias") if bias else None
        if padding == "same":
            x = self.same(x, (rows, columns), strides)
        return self.keep(name, F.conv2d(x, weight, shift, stride=strides))

    def depthwise(self, x, name, kernel, strides=1, padding="valid"):
        """DepthwiseConv2D without bias."""
        weight = self.get(name, name + ".weight", (x.shape[1], 1, kernel, kernel), "depthwise_kernel", (2, 3, 0, 1))
        if padding == "same":
            x = self.same(x, (kernel, kernel), strides)
        return self.keep(name, F.conv2d(x, weight, stride=strides, groups=x.shape[1]))

    def norm(self, x, name, epsilon, scale=True):
        """BatchNormalization with its moving statistics."""
        def get(suffix, theirs):
            return self.get(name, name + "." + suffix, (x.shape[1],), theirs).view(1, -1, 1, 1)
        gamma = get("weight", "gamma") if scale else 1.0
        beta, mean, variance = get("bias", "beta"), get("running_mean", "moving_mean"), get("running_var", "moving_variance")
        return self.keep(name, gamma * (x - mean) / torch.sqrt(variance + epsilon) + beta)

    def relu(self, x, name, ceiling=None):
        return self.keep(name, x.clamp(min=0, max=ceiling))

    def dense(self, x, name, units, title):
        weight = self.get(name, name + ".weight", (units, x.shape[1]), "kernel", (1, 0))
        return self.keep(title, x @ weight.t() + self.get(name, name + ".bias", (units,), "bias"))

    def save(self, path):
        """The weights as Keras 2 saves them; needs python3-h5py."""
        import h5py
        layers = {}
        for name in self.weights:
            layers.setdefault(name.partition("/")[0], []).append(name)
        with h5py.File(path, "w") as file:
            file.attrs["layer_names"] = [layer.encode() for layer in layers]
            for layer, names in layers.items():
                group = file.create_group(layer)
                group.attrs["weight_names"] = [name.encode() for name in names]
                for name in names:
                    group.create_dataset(name, data=self.weights[name].contiguous().numpy().astype("float32"))

    @staticmethod
    def pad(x, top, bottom, left, right):
        """ZeroPadding2D."""
        return F.pad(x, (left, right, top, bottom))

    @staticmethod
    def same(x, kernel, strides):
        """The zeros of padding="same"."""
        def zeros(length, window):
            outputs = -(-length // strides)
            total = max((outputs - 1) * strides + window - length, 0)
            return total // 2, total - total // 2
        return Keras.pad(x, *zeros(x.shape[2], kernel[0]), *zeros(x.shape[3], kernel[1]))

    @staticmethod
    def mean_same(x):
        """AveragePooling2D((3, 3), strides=1, padding="same"): zeros of the padding are not counted."""
        ones = torch.ones_like(x[:1, :1])
        kernel = torch.ones(1, 1, 3, 3, dtype=x.dtype)
        sums = F.conv2d(Keras.same(x, (3, 3), 1), kernel.expand(x.shape[1], 1, 3, 3), groups=x.shape[1])
        return sums / F.conv2d(Keras.same(ones, (3, 3), 1), kernel)
